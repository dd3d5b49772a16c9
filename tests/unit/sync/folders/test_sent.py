"""The Sent folder: which it is, what is recorded of it, and that nothing of it is ever sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter, MemoryFolder
from tests.unit.sync.outgoing.test_sending import handed_in

from passerelle.alerts.models import Alert
from passerelle.crm.models import Account, ActivityParty, AuditEntry, Email, QueueItem
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.models.people import FilteringMethod, Role, SystemUser
from passerelle.crm.services import create_sign_in, may_untrack, was_read
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults.mail.tracking import (
    EmailGone,
    FolderGone,
    NoFoldersHere,
    SentFoldersNotRead,
    SentFolderTwice,
    SentFolderUnknown,
    TooManyFolders,
)
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.services import create_forward_mailbox, save_tracking_rules
from passerelle.sync.crash_points import FOLDERS, TOUCHES
from passerelle.sync.models import Delivery, Place, SentCopy, Submission, Touch, TrackingFolder
from passerelle.sync.models.folders import FolderStanding
from passerelle.sync.outgoing import kind
from passerelle.sync.services import leave_folder, read_sent, untrack
from passerelle.sync.understanding import batches
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TO_CLARA = Letter(sender="Anna <anna@example.com>", to="Clara <clara@customer.example>")


@pytest.fixture
def sent(company: Company) -> MemoryFolder:
    """Anna's Sent folder, which is read since this morning, of whom she knows."""
    folder = company.inbox.new_folder("Sent")
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.CUSTOMERS)
    save_tracking_rules({"track_sent": True}, "admin")
    read_sent(company.anna, "anna")
    TrackingFolder.objects.update(starts_on=MORNING)
    run_due()
    return folder


def row() -> TrackingFolder:
    return TrackingFolder.objects.get()


def reasons() -> list[Reason]:
    return [Reason(place.reason) for place in Place.objects.order_by("decided_on")]


def open_alerts() -> list[str]:
    return sorted(Alert.objects.filter(closed_on=None).values_list("code", flat=True))


def test_what_another_program_sent_is_an_outgoing_email(
    company: Company, sent: MemoryFolder
) -> None:
    sent.deliver(bytes(TO_CLARA))
    company.read()
    email = Email.objects.get()
    assert (email.direction_code, email.statecode, email.statuscode) == (
        True,
        EmailState.COMPLETED,
        EmailStatus.SENT,
    )
    assert (email.owner, email.accepting_user, email.sender) == (
        company.anna.systemuser,
        None,
        "anna@example.com",
    )
    parties = {party.participation: party for party in email.parties.all()}
    assert parties[Participation.SENDER].systemuser == company.anna.systemuser
    assert parties[Participation.TO].contact == company.clara
    assert (reasons(), row().folder, row().tracked) == ([Reason.SENT_TO_KNOWN], "Sent", 1)


def test_nothing_of_it_is_ever_sent(company: Company, sent: MemoryFolder) -> None:
    outgoing = Work.objects.filter(kind__in=(kind.KIND, kind.COPIES))
    outgoing.delete()
    for number in range(3):
        sent.deliver(bytes(TO_CLARA.but(number=number)))
    company.read()
    assert not outgoing.exists()  # nothing was asked of the outgoing cycle
    company.send()
    assert Email.objects.filter(statuscode=EmailStatus.SENT).count() == 3
    for model in (Submission, Delivery, SentCopy, QueueItem):
        assert not model.objects.exists()
    assert company.world.smtp.delivered == []


def test_the_answer_to_it_finds_it(company: Company, sent: MemoryFolder) -> None:
    """Though it lies in the inbox when both are read, and only replies are taken."""
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.REPLIES)
    asked = Letter(1)
    Email.objects.create(
        subject="An order", message_id=asked.id, identity=b"1", text_digest=b"1",
        created_on=MORNING, owner=company.anna.systemuser,
        regarding_contact=company.clara,
    )  # fmt: skip
    said = TO_CLARA.but(number=2, more=f"In-Reply-To: {asked.id}\n")
    company.inbox.deliver(bytes(Letter(3, more=f"In-Reply-To: {said.id}\n")))
    sent.deliver(bytes(said))
    company.read()
    first, second, third = Email.objects.order_by("created_on")
    assert (second.correlated_activity, third.correlated_activity) == (first, second)
    assert {second.regarding_contact, third.regarding_contact} == {company.clara}


@pytest.mark.parametrize(
    ("letter", "reason"),
    [
        pytest.param(
            TO_CLARA.but(sender="bert@example.com"), Reason.SENT_BY_ANOTHER, id="not their own"
        ),
        pytest.param(
            TO_CLARA.but(to="x@stranger.example"), Reason.SENT_TO_NOBODY_KNOWN, id="to a stranger"
        ),
        pytest.param(
            TO_CLARA.but(date=MORNING - timedelta(days=9)), Reason.TOO_OLD, id="an old one, copied"
        ),
    ],
)
def test_what_is_ignored_has_its_reason(
    company: Company, sent: MemoryFolder, letter: Letter, reason: Reason
) -> None:
    sent.deliver(bytes(letter))
    company.read()
    assert (reasons(), Email.objects.exists()) == ([reason], False)


def test_what_was_sent_from_here_only_gets_a_place(company: Company, sent: MemoryFolder) -> None:
    ours = Email.objects.create(
        subject="An offer", direction_code=True, message_id=TO_CLARA.id, identity=b"1",
        text_digest=b"1", created_on=MORNING, owner=company.anna.systemuser,
        statecode=EmailState.COMPLETED, statuscode=EmailStatus.SENT,
    )  # fmt: skip
    sent.deliver(bytes(TO_CLARA))
    company.read()
    assert Email.objects.get() == ours
    assert (Place.objects.get().email, reasons()) == (ours, [Reason.DUPLICATE])


def test_whom_a_blind_copy_went_to_is_a_recipient(company: Company, sent: MemoryFolder) -> None:
    """One's own copy tells it (RFC 5322, 3.6.3); a known one is reason enough to track it."""
    sent.deliver(bytes(TO_CLARA.but(to="x@stranger.example", more="Cc: y@stranger.example\n")))
    sent.deliver(
        bytes(TO_CLARA.but(number=2, to="x@stranger.example", more="Bcc: clara@customer.example\n"))
    )
    company.read()
    assert reasons() == [Reason.SENT_TO_NOBODY_KNOWN, Reason.SENT_TO_KNOWN]
    blind = ActivityParty.objects.get(participation=Participation.BCC)
    assert blind.contact == company.clara


def test_a_blind_copy_in_what_one_receives_names_nobody(company: Company) -> None:
    company.inbox.deliver(bytes(Letter(more="Bcc: orders@example.com\n")))
    company.read()
    assert not ActivityParty.objects.filter(participation=Participation.BCC).exists()
    assert not QueueItem.objects.exists()


def test_it_can_be_untracked_and_stays_out(company: Company, sent: MemoryFolder) -> None:
    sent.deliver(bytes(TO_CLARA))
    company.read()
    email = Email.objects.get()
    assert may_untrack(create_sign_in("zoe", Role.ADMINISTRATOR), email)
    untrack(email, "anna")
    sent.deliver(bytes(TO_CLARA))
    company.read()
    assert not Email.objects.exists()
    assert reasons() == [Reason.UNTRACKED_BY_HAND] * 2


def test_what_was_sent_from_here_cannot_be_untracked(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    draft = handed_in(company).email
    assert not was_read(draft)
    company.send()
    sent = Email.objects.get()
    assert sent.statuscode == EmailStatus.SENT
    assert not was_read(sent)
    with pytest.raises(EmailGone):
        untrack(sent, "anna")


def test_what_a_colleague_received_is_sent_too(company: Company, sent: MemoryFolder) -> None:
    to_both = TO_CLARA.but(to="clara@customer.example, orders@example.com")
    company.orders_inbox.deliver(bytes(to_both))
    company.read(company.orders)
    sent.deliver(bytes(to_both))
    company.read()
    company.read()
    assert sorted(Email.objects.values_list("direction_code", flat=True)) in (
        [True],
        [False, True],
    )
    assert Email.objects.filter(direction_code=True).count() == 1


def test_a_report_that_one_passed_on_marks_no_recipient(
    company: Company, sent: MemoryFolder
) -> None:
    ours = Email.objects.create(
        subject="An offer", direction_code=True, message_id="<offer@example.com>", identity=b"1",
        text_digest=b"1", created_on=MORNING, owner=company.anna.systemuser,
        statecode=EmailState.COMPLETED, statuscode=EmailStatus.SENT,
    )  # fmt: skip
    Delivery.objects.create(email=ours, address="clara@customer.example", outcome="accepted")
    report = (
        "From: anna@example.com\r\nTo: clara@customer.example\r\nMessage-ID: <r@x>\r\n"
        f"Date: {timezone.now():%a, %d %b %Y %H:%M:%S} +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nLook.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; clara@customer.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <offer@example.com>\r\nFrom: anna@example.com\r\n\r\nx\r\n--b--\r\n"
    )
    before = Delivery.objects.values().get()
    sent.deliver(report.encode())
    company.read()
    assert Delivery.objects.values().get() == before
    assert reasons() == [Reason.SENT_TO_KNOWN]


# -- which folder it is, and whether it is read


def test_nothing_is_read_before_it_was_switched_on(company: Company) -> None:
    folder = company.inbox.new_folder("Sent")
    folder.deliver(bytes(TO_CLARA))
    save_tracking_rules({"track_sent": True}, "admin")
    read_sent(company.anna, "anna")
    run_due()
    assert not Email.objects.exists()
    folder.deliver(bytes(TO_CLARA.but(number=2, date=timezone.now())))
    company.read()
    assert Email.objects.count() == 1


def test_a_choice_is_audited_and_asks_for_the_work(company: Company, sent: MemoryFolder) -> None:
    noted = AuditEntry.objects.filter(action=AuditAction.MAILBOX_CHANGED, username="anna")
    assert [entry.detail for entry in noted] == [{"folder_read": "", "meaning": "sent"}]
    assert row().standing == FolderStanding.READ
    leave_folder(company.anna, row().pk, "anna")
    assert not TrackingFolder.objects.exists()


def test_only_where_the_organization_allows_it(company: Company) -> None:
    with pytest.raises(SentFoldersNotRead):
        read_sent(company.anna, "anna")
    save_tracking_rules({"track_sent": True, "folders_most": 0}, "admin")
    with pytest.raises(TooManyFolders):
        read_sent(company.anna, "anna")
    forward = create_forward_mailbox("Forward", "forward@example.com", by="admin")
    with pytest.raises(NoFoldersHere):
        read_sent(company.fresh(forward), "anna")


def test_what_is_sent_while_it_is_forbidden_is_never_read(
    company: Company, sent: MemoryFolder
) -> None:
    save_tracking_rules({"track_sent": False}, "admin")
    sent.deliver(bytes(TO_CLARA))
    company.read()
    assert (row().starts_on, row().standing, sent.reads) == (None, FolderStanding.NEW, 0)
    save_tracking_rules({"track_sent": True}, "admin")
    company.read()
    sent.deliver(bytes(TO_CLARA.but(number=2, date=timezone.now() + timedelta(minutes=1))))
    company.read()
    assert [email.message_id for email in Email.objects.all()] == [TO_CLARA.but(number=2).id]


def test_without_such_a_folder_it_is_told_and_looked_for_again(company: Company) -> None:
    save_tracking_rules({"track_sent": True}, "admin")
    read_sent(company.anna, "anna")
    run_due()
    assert (open_alerts(), row().folder) == ([SentFolderUnknown.code], "")
    company.inbox.new_folder("Sent")
    company.read()
    assert (open_alerts(), row().folder) == ([], "Sent")


def test_a_folder_that_is_read_otherwise_stays_so(company: Company) -> None:
    company.inbox.new_folder("Sent")
    company.watch("Sent", Account.objects.create(name="Dubois SA"))
    save_tracking_rules({"track_sent": True}, "admin")
    read_sent(company.anna, "anna")
    run_due()
    assert open_alerts() == [SentFolderTwice.code]
    assert sorted(TrackingFolder.objects.values_list("folder", flat=True)) == ["", "Sent"]


@pytest.mark.parametrize("name", ["INBOX", "x" * 256, "a\r\nb", "\ud800"])
def test_a_name_that_cannot_be_kept_is_no_folder(company: Company, name: str) -> None:
    company.inbox.new_folder(name)
    company.inbox.sent_name = name
    save_tracking_rules({"track_sent": True}, "admin")
    read_sent(company.anna, "anna")
    run_due()
    assert open_alerts() == [SentFolderUnknown.code]


def test_it_is_found_again_under_another_name_and_on_another_server(
    company: Company, sent: MemoryFolder
) -> None:
    sent.deliver(bytes(TO_CLARA))
    company.read()
    company.inbox.beside.pop("Sent")
    company.read()
    assert open_alerts() == [FolderGone.code]
    company.inbox.sent_name = "Envoyés"
    company.inbox.new_folder("Envoyés", uid_validity=55).deliver(bytes(TO_CLARA.but(number=2)))
    company.read()
    assert (open_alerts(), row().folder, Email.objects.count()) == ([], "Envoyés", 2)
    company.inbox.beside.clear()
    company.inbox.sent_name = "Gesendet"
    company.inbox.new_folder("Gesendet", uid_validity=77).deliver(bytes(TO_CLARA.but(number=2)))
    company.point_elsewhere("imap.new.example")
    company.read()
    assert (row().folder, row().epoch, Email.objects.count()) == ("Gesendet", 2, 2)


def test_an_unchanged_sent_folder_costs_a_command_and_a_query(
    company: Company, sent: MemoryFolder
) -> None:
    company.read()
    states, listings = company.inbox.states, company.inbox.listings
    with CaptureQueriesContext(connection) as queries:
        company.read()
    assert (company.inbox.states - states, company.inbox.listings - listings) == (1, 0)
    asked = [query["sql"] for query in queries if "trackingsettings" in query["sql"]]
    assert len(asked) == 1


# -- killed anywhere


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("point", "nth"),
    [
        *((point, 1) for point in (*FOLDERS, *TOUCHES)),
        *(
            (point, nth)
            for point in ("incoming.before-commit", "incoming.after-commit")
            for nth in (1, 2)
        ),
    ],
)
def test_killed_once_the_next_cycle_ends_what_was_begun(
    company: Company, monkeypatch: pytest.MonkeyPatch, point: str, nth: int
) -> None:
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 2)
    SystemSettings.objects.update(mark_tracked=True)
    save_tracking_rules({"track_sent": True}, "admin")
    folder = company.inbox.new_folder("Sent")
    read_sent(company.anna, "anna")
    TrackingFolder.objects.update(starts_on=MORNING)
    for number in range(5):
        folder.deliver(bytes(TO_CLARA.but(number=number)))
    with pytest.raises(Killed), crash_points.kill_at(point, nth):
        company.read()
    company.read()
    assert (Email.objects.count(), Place.objects.count()) == (5, 5)
    assert set(Email.objects.values_list("direction_code", flat=True)) == {True}
    assert not Touch.objects.exists()
    assert folder.keywords() == [{"$Tracked"}] * 5
