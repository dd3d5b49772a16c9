"""How smart matching compares, chosen on the page of tracking and refused there."""

import pytest
from playwright.sync_api import expect
from tests.browser.site import Look, Site

from passerelle.mailboxes.services import tracking_rules

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize(
    ("look", "refusal"),
    [
        pytest.param(Look("en"), "“mail *” is too long", id="en"),
        pytest.param(Look("fr", 400), "« mail * » est trop long", id="fr"),
    ],
)
def test_words_are_chosen_that_may_differ_or_do_not_count(
    site: Site, look: Look, refusal: str
) -> None:
    with site.visit(site.world.administrator, look) as visit:
        page = visit.page
        page.goto("/settings/tracking/")
        page.locator("#id_smart_matching").check()
        page.locator("#id_words_apart").fill("1")
        page.locator("#id_words_ignored").fill("[EXTERN]\nmail *")
        save = page.locator(".actions .button.main")
        save.click()
        expect(page.locator("main")).to_contain_text(refusal)
        with site.turns.alone():
            assert tracking_rules().words_apart == 0
        page.locator("#id_words_ignored").fill("[EXTERN]\nTicket#*")
        save.click()
        page.wait_for_url("**/settings/**")
        page.goto("/settings/tracking/")
        expect(page.locator("#id_words_apart")).to_have_value("1")
        expect(page.locator("#id_words_ignored")).to_have_value("[EXTERN]\nTicket#*")
        assert [one for one in visit.complaints if "422" not in one] == []  # the refusal
