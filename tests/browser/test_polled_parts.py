"""A part of a page that loads itself anew, under somebody who is at work in it."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.browser.site import Site
from tests.browser.whole_company import running_plan

from passerelle.mailboxes.models import WavePlan

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture
def plan(site: Site) -> WavePlan:
    return running_plan()


@pytest.fixture
def page(site: Site, plan: WavePlan) -> Iterator[Page]:
    """The page of the plan, whose progress asks for itself every two seconds."""
    with site.visit(site.world.administrator) as visit:
        visit.page.goto(reverse("web:wave-plan", args=[plan.pk]))
        yield visit.page
        assert visit.complaints == []


def asked(page: Page) -> None:
    """Wait until the part has asked by itself, and what it was answered is in or left out."""
    with page.expect_response(lambda answer: "/progress/" in answer.url):
        pass
    expect(page.locator(".htmx-request")).to_have_count(0)


def mark(page: Page) -> None:
    """Mark the part that stands there now."""
    page.locator("#progress").evaluate("part => { part.dataset.first = '' }")


def test_a_press_is_not_lost_when_the_part_comes_anew(
    site: Site, page: Page, plan: WavePlan
) -> None:
    page.locator("#progress a.title").first.hover()
    page.mouse.down()
    asked(page)
    page.mouse.up()
    expect(page).to_have_url(site.address + reverse("web:wave-members", args=[plan.pk, 1]))


def test_the_keyboard_stays_where_it_was(site: Site, page: Page, plan: WavePlan) -> None:
    mark(page)
    second = page.locator("#progress a.title").nth(1)
    second.focus()
    expect(page.locator("#progress[data-first]")).to_have_count(0)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(site.address + reverse("web:wave-members", args=[plan.pk, 2]))


def test_the_keyboard_goes_on_from_the_part_where_its_button_is_gone(page: Page) -> None:
    mark(page)
    page.locator("#progress").evaluate(
        "part => { const gone = document.createElement('button'); part.append(gone); gone.focus() }"
    )
    expect(page.locator("#progress[data-first]")).to_have_count(0)
    expect(page.locator("#progress")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#progress :is(a, button)").first).to_be_focused()


def test_marked_text_stays_until_it_is_let_go(page: Page) -> None:
    mark(page)
    page.locator("#progress h2").first.evaluate("title => getSelection().selectAllChildren(title)")
    asked(page)
    expect(page.locator("#progress[data-first]")).to_have_count(1)
    page.evaluate("getSelection().removeAllRanges()")
    expect(page.locator("#progress[data-first]")).to_have_count(0)
