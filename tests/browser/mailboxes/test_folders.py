"""A folder bound to a record, and the Sent folder: buttons of the pages, and a real server."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.site import Look, Site
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.pymap_server import Pymap, pymap
from tests.system.sync.test_real_folders import (
    FOLDER,
    file,
    in_mail_program,
    read,
)

from passerelle.crm.models import Email
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import create_account, create_sign_in
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.models import TrackingFolder

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SENT = "From: anna@example.org\r\nTo: dubois@else.example"


@pytest.mark.parametrize("look", [Look("en"), Look("fr", 400)], ids=str)
def test_from_the_buttons_to_the_records(site: Site, look: Look) -> None:
    save_tracking_rules({"track_sent": True}, "admin")
    record = create_account("Dubois & fils", email_address1="dubois@else.example")
    with pymap({"anna": PASSWORD}) as server:
        anna = mailbox_of_anna(server.endpoint().port, FilteringMethod.NONE)
        account = create_sign_in("anna", Role.USER, systemuser=anna.systemuser)
        in_mail_program(server, (b"CREATE ", FOLDER), (b"CREATE ", "Sent"))
        with site.visit(account, look) as visit:
            _bind(site, visit.page)
            with site.turns.alone():
                _file_and_read(server, anna)
            visit.page.reload()
            expect(visit.page.locator("main .figures").first).to_contain_text("1")
            assert visit.complaints == []
    with site.turns.alone():
        filed = Email.objects.get(subject="n1")
        assert filed.regarding_account == record
        sent = TrackingFolder.objects.get(meaning="sent")
    assert (sent.folder, sent.ignored) == ("Sent", 1)  # she takes no mail by herself


def _bind(site: Site, page: Page) -> None:
    page.goto("/my-mailbox/folders/")
    page.locator("button[name=list]").click()
    expect(page.locator("#listed .busy")).to_be_visible()
    with site.turns.alone():
        run_due()
    page.locator("#listed a.button").first.click()  # the list came by itself
    page.fill("#q", "Dubois")
    page.locator("form.filters button").click()
    page.locator("button[name=choice][value^=account]").click()
    page.locator("button[name=sent]").click()
    expect(page.locator("button[name=sent]")).to_have_count(0)


def _file_and_read(server: Pymap, anna: Mailbox) -> None:
    read(anna)
    file(server, FOLDER, 1)
    file(server, "Sent", 2, SENT)
    read(anna)
