"""A part of a page that loads itself anew, under somebody who presses a link of it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.browser.site import Site
from tests.browser.whole_company import running_plan

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_press_is_not_lost_when_the_part_comes_anew(site: Site) -> None:
    plan = running_plan()
    with site.visit(site.world.administrator) as visit:
        page = visit.page
        page.goto(reverse("web:wave-plan", args=[plan.pk]))
        page.locator("#progress a.title").first.hover()
        page.mouse.down()
        with page.expect_response(lambda answer: "/progress/" in answer.url):
            pass  # the part asks by itself
        expect(page.locator(".htmx-request")).to_have_count(0)
        page.mouse.up()
        expect(page).to_have_url(site.address + reverse("web:wave-members", args=[plan.pk, 1]))
        assert visit.complaints == []
