"""Where an email belongs: proposed, accepted, chosen from here on, and undone, by a person."""

import pytest
from playwright.sync_api import expect
from tests.browser.site import Look, Site
from tests.unit.crm.threads.test_relinking import proposed, said

from passerelle.crm.models import Email

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
LEAD = 'button[name="choice"][value^="lead "]'


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_a_proposal_is_accepted_and_a_conversation_filed_and_undone(site: Site, look: Look) -> None:
    first = said(site.world, 0, subject="Offer")
    second = said(site.world, 1, first, subject="Re: Offer")
    forward = proposed(site.world, to=first, subject="FW: Offer")
    with site.visit(site.world.ann, look) as visit:
        page = visit.page
        page.goto(f"/emails/{forward.pk}/")
        page.locator("#proposal form[action$='/accept/'] button").click()
        expect(page.locator("#proposal")).to_have_count(0)
        expect(page.locator("ol.conversation li")).to_have_count(3)
        page.goto(f"/emails/{second.pk}/")
        page.locator("a[href$='/regarding/']").click()
        page.locator("#q").fill("lea")
        page.locator("form.filters button").click()
        page.locator('input[value="onward"]').check()
        page.locator(LEAD).first.click()
        undo = page.locator("form[action*='/undo/'] button")
        expect(undo).to_be_visible()
        with site.turns.alone():
            assert _leads(first, second, forward) == [False, True, True]
        undo.click()
        expect(undo).to_have_count(0)
        with site.turns.alone():
            assert _leads(first, second, forward) == [False, False, False]
        assert visit.complaints == []


def _leads(*emails: Email) -> list[bool]:
    """Which of them regard the lead now."""
    return [Email.objects.get(pk=one.pk).regarding_lead_id is not None for one in emails]
