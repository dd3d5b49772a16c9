"""What a row is looked at for is never cut: states, reasons, and two moments of one email."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from tests.browser.site import Look, Site

from passerelle.crm.models import Email

pytestmark = pytest.mark.browser
LOOKS = [Look("fr"), Look("fr", width=720), Look("fr", width=400)]
LONGEST = "En attente après une erreur du serveur"  # longer than any that there is
CUT = """selector => [...document.querySelectorAll(selector)]
    .map(one => one.closest("td"))
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"""


def cut(page: Page, selector: str) -> list[str]:
    """The cells around these elements that have no room for them."""
    found: list[str] = page.evaluate(CUT, selector)
    return found


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_state_of_a_mailbox_is_whole(site: Site, look: Look) -> None:
    with site.visit(site.world.administrator, look) as visit:
        page = visit.page
        page.goto(reverse("web:mailboxes"))
        states = page.locator("td:not(.first) > .state")
        assert states.count() > 0
        states.evaluate_all("(all, text) => all.forEach(one => one.textContent = text)", LONGEST)
        assert cut(page, "td:not(.first) > .state") == []
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
