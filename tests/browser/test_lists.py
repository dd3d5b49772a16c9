"""What a row is looked at for is never cut, nor a word of it: states, reasons, moments."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.browser.site import Look, Site

from passerelle.crm.models import Email, Queue
from passerelle.crm.models.people import FilteringMethod

pytestmark = pytest.mark.browser
LOOKS = [Look("fr"), Look("fr", width=720), Look("fr", width=400)]
LONGEST = "En attente après une erreur du serveur"  # longer than any that there is
CUT = """selector => [...document.querySelectorAll(selector)]
    .map(one => one.closest("td"))
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"""
BROKEN = """selector => [...document.querySelectorAll(selector)].flatMap(one => {
    const text = [...one.childNodes].find(node => node.nodeType === Node.TEXT_NODE);
    return [...text.data.matchAll(/\\S+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        return range.getClientRects().length > 1;
    }).map(word => word[0]);
})"""
STATES = "td:not(.first) > .state"


def cut(page: Page, selector: str) -> list[str]:
    """The cells around these elements that have no room for them."""
    found: list[str] = page.evaluate(CUT, selector)
    return found


@pytest.mark.parametrize("look", [*LOOKS, Look("fr", width=1120)], ids=str)
@pytest.mark.parametrize("path", ["web:home", "web:emails", "web:mailboxes"])
def test_no_word_of_a_state_goes_on_in_another_line(site: Site, path: str, look: Look) -> None:
    with site.visit(site.world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse(path))
        assert page.locator(STATES).count() > 0
        assert page.evaluate(BROKEN, STATES) == []


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_state_of_a_mailbox_is_whole(site: Site, look: Look) -> None:
    with site.visit(site.world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse("web:mailboxes"))
        states = page.locator(STATES)
        assert states.count() > 0
        states.evaluate_all("(all, text) => all.forEach(one => one.textContent = text)", LONGEST)
        assert cut(page, STATES) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= look.width


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", ["users", "queues"])
def test_what_is_tracked_of_users_and_queues_is_whole(site: Site, look: Look, name: str) -> None:
    Queue.objects.update(incoming_email_filtering_method=FilteringMethod.REPLIES)
    with site.visit(site.world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse(f"web:{name}"))
        tracked = page.get_by_text("E-mails en réponse à un e-mail suivi", exact=True)
        expect(tracked.first).to_be_visible()
        assert cut(page, "td.whole") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= look.width


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_an_email_shows_both_its_moments(site: Site, look: Look) -> None:
    world = site.world
    sent = world.received.created_on - timedelta(days=9)
    Email.objects.filter(pk=world.received.pk).update(sent_on=sent)
    with site.visit(world.ann, look) as visit:
        page = visit.page
        page.goto(reverse("web:emails"))
        assert page.locator("td.time > .sub").count() == 1
        assert cut(page, "td.time > .sub") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= look.width
