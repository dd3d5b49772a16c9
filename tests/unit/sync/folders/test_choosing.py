"""What a person may have read, and what they may not; all of it stands in the audit."""

import pytest
from django.core.exceptions import ValidationError
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Account, AuditEntry, Email
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import FilteringMethod, SystemUser
from passerelle.engine.services import run_due
from passerelle.faults.mail.tracking import FolderNotThere, NoFoldersHere, TooManyFolders
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_forward_mailbox, save_tracking_rules
from passerelle.sync.models import TrackingFolder
from passerelle.sync.services import (
    Wish,
    folders_of,
    has_folders,
    leave_folder,
    look_of,
    read_folder,
    request_folders,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def listed(company: Company) -> Company:
    """Three folders, and one name that only holds them."""
    for name in ("Clients/Dubois", "Lists", "Été"):
        company.inbox.new_folder(name)
    company.inbox.closed.add("Clients")
    request_folders(company.anna, "test")
    run_due()
    return company


def test_what_the_server_listed_can_be_read(listed: Company) -> None:
    read_folder(listed.anna, Wish("Été"), "ann")
    account = Account.objects.create(name="Dubois SA")
    read_folder(listed.anna, Wish("Clients/Dubois", account), "ann")
    assert [(row.folder, row.regarding) for row in folders_of(listed.anna)] == [
        ("Clients/Dubois", account),
        ("Été", None),
    ]
    noted = AuditEntry.objects.filter(action=AuditAction.MAILBOX_CHANGED, username="ann")
    assert [entry.detail for entry in noted.order_by("done_on")] == [
        {"folder_read": "Été"},
        {"folder_read": "Clients/Dubois (Dubois SA)"},
    ]


@pytest.mark.parametrize("name", ["Nowhere", "Clients", "INBOX", "", "Lists\r\nA1 LOGOUT"])
def test_what_it_did_not_list_cannot(listed: Company, name: str) -> None:
    with pytest.raises(FolderNotThere):
        read_folder(listed.anna, Wish(name), "ann")
    assert not TrackingFolder.objects.exists()


def test_nothing_can_before_the_folders_were_listed(company: Company) -> None:
    with pytest.raises(FolderNotThere):
        read_folder(company.anna, Wish("Lists"), "ann")


def test_a_folder_is_read_once(listed: Company) -> None:
    read_folder(listed.anna, Wish("Lists"), "ann")
    with pytest.raises(ValidationError, match="read already"):
        read_folder(listed.anna, Wish("Lists", Account.objects.create(name="X")), "ann")
    assert TrackingFolder.objects.count() == 1


def test_the_limit_is_a_setting(listed: Company) -> None:
    save_tracking_rules({"folders_most": 1}, "admin")
    read_folder(listed.anna, Wish("Lists"), "ann")
    with pytest.raises(TooManyFolders):
        read_folder(listed.anna, Wish("Été"), "ann")
    with pytest.raises(ValidationError):
        save_tracking_rules({"folders_most": 201}, "admin")


def test_pop3_and_forward_mailboxes_have_none(listed: Company) -> None:
    forward = create_forward_mailbox("Forward", "forward@example.com", by="admin")
    assert not has_folders(listed.fresh(forward))
    listed.use_pop3()
    anna = listed.fresh(listed.anna)
    for refused in (
        lambda: request_folders(anna, "ann"),
        lambda: read_folder(anna, Wish("Lists"), "ann"),
    ):
        with pytest.raises(NoFoldersHere):
            refused()


def test_nobody_gives_up_what_another_mailbox_reads(listed: Company) -> None:
    row = read_folder(listed.anna, Wish("Lists"), "ann")
    assert not leave_folder(listed.orders, row.pk, "mallory")
    assert TrackingFolder.objects.filter(pk=row.pk).exists()


def test_with_its_record_the_rule_goes(listed: Company) -> None:
    account = Account.objects.create(name="Dubois SA")
    read_folder(listed.anna, Wish("Lists", account), "ann")
    account.delete()
    assert not TrackingFolder.objects.exists()


def test_a_folder_bound_again_is_read_again_and_nothing_is_doubled(listed: Company) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.NONE)
    folder = listed.inbox.beside["Lists"]
    folder.deliver(bytes(Letter(1)))
    watched = listed.watch("Lists")
    assert not Email.objects.exists()
    leave_folder(listed.anna, watched.pk, "ann")
    account = Account.objects.create(name="Dubois SA")
    bound = listed.watch("Lists", account)
    assert [email.regarding_account for email in Email.objects.all()] == [account]
    leave_folder(listed.anna, bound.pk, "ann")
    listed.watch("Lists", account)
    assert Email.objects.count() == 1


def test_a_queue_may_have_folders(listed: Company) -> None:
    orders = Mailbox.objects.get(pk=listed.orders.pk)
    assert has_folders(listed.fresh(orders))
    assert look_of(orders) is None
