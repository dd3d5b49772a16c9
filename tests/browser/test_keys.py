"""Keys: what a person does without a mouse."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_search_keys_and_pages_by_keys(site: Site) -> None:
    with site.visit(site.world.administrator) as visit:
        page, field = visit.page, visit.page.locator("#find")
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(field).to_be_focused()
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
