"""An unknown sender writes to a real server; the contact is met in the list, and taken back."""

import imaplib

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.browser.site import Look, Site
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.pymap_server import pymap

from passerelle.crm.models import AutomaticRecord, Contact
from passerelle.crm.models.people import CreateAutomatically, FilteringMethod, Role
from passerelle.crm.services import create_sign_in
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.services import save_tracking_rules

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

LETTER = (
    b"From: =?utf-8?q?Zo=C3=A9_Martin?= <zoe.martin@stranger.example>\r\nTo: anna@example.org\r\n"
    b"Subject: Hello\r\nMessage-ID: <1@stranger.example>\r\n\r\nHello\r\n"
)


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_from_the_letter_to_the_list_and_back(site: Site, look: Look) -> None:
    save_tracking_rules({"create_automatically": CreateAutomatically.CONTACT}, "admin")
    with pymap({"anna": PASSWORD}) as server:
        anna = mailbox_of_anna(server.endpoint().port, FilteringMethod.ALL)
        account = create_sign_in("anna", Role.USER, systemuser=anna.systemuser)
        with imaplib.IMAP4("localhost", server.endpoint().port) as client:
            client.login("anna", PASSWORD)
            client.append("INBOX", "", "", LETTER)
        ask("incoming", anna.pk)
        run_due()
    row = AutomaticRecord.objects.get()
    assert row.contact_id is not None
    with site.visit(account, look) as visit:
        page = visit.page
        page.goto(reverse("web:contacts"))
        page.locator(f"main a[href='{reverse('web:records-made')}']").click()
        title = page.locator(f"main a[href='{reverse('web:contact', args=[row.contact_id])}']")
        expect(title).to_have_text("Zoé Martin")
        page.locator(f"main input[name=chosen][value='{row.pk}']").check()
        page.locator("main form.card button").click()
        expect(page.locator(".messages")).to_be_visible()
        expect(page.locator("main input[name=chosen]")).to_have_count(0)
        expect(page.get_by_text("Zoé Martin")).to_be_visible()  # as taken back
        assert visit.complaints == []
    with site.turns.alone():
        assert not Contact.objects.filter(pk=row.contact_id).exists()
