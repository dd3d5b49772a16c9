"""A queue's work in a browser: the next item by its key, given back, sent on to another queue."""

import pytest
from playwright.sync_api import expect
from tests.browser.site import Look, Site
from tests.browser.whole_company import waiting_in_support

from passerelle.mailboxes.services import create_queue_with_mailbox

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

WORDS = {
    "en": ("Ann Example works on it", "Release", "Route", "Give on", "Nothing waits"),
    "fr": ("Ann Example y travaille", "Libérer", "Acheminer", "Transmettre", "Rien n’attend"),
}


@pytest.mark.parametrize(
    "look", [Look("en", width=1280, scheme="light"), Look("fr", width=400, scheme="dark")]
)
def test_a_queue_is_worked_through_without_a_mouse(site: Site, look: Look) -> None:
    works, release, route, give_on, nothing = WORDS[look.language]
    waiting_in_support(site.world)
    create_queue_with_mailbox("Returns", "returns@company.example")
    with site.visit(site.world.ann, look) as visit:
        page = visit.page
        page.goto("/")
        page.keyboard.press("g")
        page.keyboard.press("q")
        expect(page.locator("main a.title")).to_have_text("Support")
        page.locator("main a.title").press("Enter")
        expect(page.locator("h1")).to_have_text("Support")
        page.wait_for_load_state()
        page.keyboard.press("n")
        expect(page.locator("main")).to_contain_text(works)
        page.locator("main").get_by_role("button", name=release).press("Enter")
        page.locator("main").get_by_role("link", name=route).press("Enter")
        page.locator("#id_queue").select_option(label="Returns")
        page.locator("main").get_by_role("button", name=give_on).press("Enter")
        expect(page.locator("main")).to_contain_text(nothing)
        assert visit.complaints == []


HEIGHTS = "all => all.map(one => one.clientHeight)"
BELOW = """all => all.map(one => one.querySelector(".help").getBoundingClientRect().top
    >= one.querySelector("label").getBoundingClientRect().top)"""


def test_a_step_is_told_on_one_line_and_a_help_below_its_box(site: Site) -> None:
    waiting_in_support(site.world)
    with site.visit(site.world.ann, Look("fr", width=1280, scheme="light")) as visit:
        page = visit.page
        page.goto(f"/desk/{site.world.queue.pk}/")
        heights = page.locator("main td.steps .button").evaluate_all(HEIGHTS)
        one_line = page.locator("main .head .button").first.evaluate("one => one.clientHeight")
        assert heights
        assert set(heights) == {one_line}
        page.goto("/emails/new/")
        below = page.locator("main .field.check:has(.help)").evaluate_all(BELOW)
        assert below
        assert all(below)
