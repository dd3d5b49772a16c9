"""Keys: what a person does without a mouse."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect
from tests.browser.site import Site, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_search_keys_and_pages_by_keys(site: Site) -> None:
    with site.visit(site.world.administrator) as visit:
        page, field = visit.page, visit.page.locator("#find")
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(field).to_be_focused()
        with page.expect_response(re.compile("q=carla")):
            page.keyboard.type("carla")
        expect(page.locator("#found-records a").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".found a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        page.keyboard.type("quar")
        expect(page.locator("#found-pages a")).to_have_attribute("href", re.compile("/quarantine/"))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/quarantine/$"))
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()
        page.keyboard.press("g")
        page.keyboard.press("e")
        expect(page).to_have_url(re.compile("/emails/$"))
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator("main .table a.title").first).to_be_focused()
        assert visit.complaints == []


def test_an_answer_that_comes_late_moves_nothing(site: Site) -> None:
    with site.visit(site.world.administrator) as visit:
        page, field, found = visit.page, visit.page.locator("#find"), visit.page.locator(".found a")
        page.goto("/")
        field.fill("carl")
        expect(page.locator("#found-records a").first).to_be_visible()
        held = _held(page, "carla")
        page.keyboard.press("ArrowDown")
        expect(found.first).to_be_focused()
        _let_go(page, held)
        expect(found.first).to_be_focused()
        page.keyboard.press("Escape")
        held = _held(page, "kunde")
        page.keyboard.press("Escape")
        _let_go(page, held)
        expect(found).to_have_count(0)
        assert visit.complaints == []


def _held(page: Page, text: str) -> Route:
    """The question for that text, which is not answered yet."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(rf"{reverse('web:search')}\?q={text}"), hold)
    page.locator("#find").fill(text)
    until(page, lambda: bool(held))
    return held[0]


def _let_go(page: Page, held: Route) -> None:
    with page.expect_response(held.request.url):
        held.continue_()
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_single_keys_rest_when_they_are_switched_off(site: Site) -> None:
    with site.visit(site.world.ann) as visit:
        page = visit.page
        page.goto("/")
        page.locator(".keys-button").click()
        page.locator('#keys button[name="keys"][value="off"]').click()
        page.wait_for_load_state()
        page.keyboard.press("/")
        expect(page.locator("#find")).not_to_be_focused()


def test_a_look_is_chosen_and_kept(site: Site) -> None:
    with site.visit(site.world.ann) as visit:
        page = visit.page
        page.emulate_media(color_scheme="light")
        page.goto("/")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator('nav button[name="look"][value="dark"]').click()
        page.wait_for_load_state()
        page.goto("/emails/")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
