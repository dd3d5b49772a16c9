"""Copies in the Sent folder: after Sent, once, and no failure of theirs fails an email."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MemorySent
from tests.unit.sync.outgoing.test_sending import draft, status

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, ask, crash_points, run_due
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import SentCopiesWait
from passerelle.faults.mail.protocols import (
    CommandRefused,
    ConnectionLost,
    ConnectionRefused,
    LoginRefused,
)
from passerelle.faults.store import DiskFull
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import IncomingProtocol, ProcessEmailUsing, SentCopies
from passerelle.sync.crash_points import COPIES as POINTS
from passerelle.sync.models import SentCopy, Submission
from passerelle.sync.models.outgoing import CopyState
from passerelle.sync.outgoing.copies import GIVEN_UP_AFTER
from passerelle.sync.outgoing.kind import COPIES
from passerelle.sync.services import submit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NO_ROOM = CommandRefused(host="imap.example.com", step="APPEND", answer="[OVERQUOTA] full")
LOST = ConnectionLost(host="imap.example.com", step="APPEND")


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


@pytest.fixture
def sent(company: Company) -> MemorySent:
    return company.world.sent_folders.setdefault("anna", MemorySent())


def send(company: Company) -> Submission:
    submission = submit(draft(company), "anna", company.anna)
    company.send()
    return submission


def again(company: Company) -> None:
    """The gap is over."""
    SentCopy.objects.update(not_before=None)
    ask(COPIES, company.anna.pk)
    run_due()


def copy() -> SentCopy:
    return SentCopy.objects.get()


def test_what_was_sent_is_found_in_the_sent_folder(company: Company, sent: MemorySent) -> None:
    send(company)
    assert sent.messages == [company.world.smtp.delivered[0][1]]
    assert (copy().state, copy().folder, copy().uid_validity, copy().uid) == (
        CopyState.FILED, "Sent", 3, 1,
    )  # fmt: skip
    assert sent.opened == 0
    assert Work.objects.get(kind=COPIES).due_on is None


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param({"sent_copies": SentCopies.SERVER}, id="the-server-files-its-own"),
        pytest.param({"sent_copies": SentCopies.NONE}, id="nobody-does"),
        pytest.param({"incoming_protocol": IncomingProtocol.POP3}, id="pop3-has-no-folders"),
    ],
)
def test_no_copy_is_owed(company: Company, sent: MemorySent, profile: dict[str, str]) -> None:
    EmailServerProfile.objects.update(**profile)
    assert status(send(company)) == EmailStatus.SENT
    assert (sent.messages, SentCopy.objects.count()) == ([], 0)


def test_one_that_is_there_already_is_left_alone(company: Company, sent: MemorySent) -> None:
    submission = submit(draft(company), "anna", company.anna)
    raw = Email.objects.get(pk=submission.pk).raw
    assert raw is not None
    sent.messages.append(b"Message-ID: " + submission.email.message_id.encode() + b"\r\n\r\n")
    company.send()
    assert len(sent.messages) == 1
    assert copy().state == CopyState.FOUND


@pytest.mark.thorough
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_there_is_one_copy(company: Company, sent: MemorySent, point: str) -> None:
    with pytest.raises(Killed), crash_points.kill_at(point):
        send(company)
    Work.objects.update(worker=None, due_on=timezone.now())
    again(company)
    assert len(sent.messages) == 1
    assert copy().state in {CopyState.FILED, CopyState.FOUND}


def test_a_lost_answer_makes_no_second_copy(company: Company, sent: MemorySent) -> None:
    sent.answers_lost.append(LOST)
    submission = send(company)
    assert status(submission) == EmailStatus.SENT
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.level) == ("PSR-SYN-040", 2)
    again(company)
    assert (len(sent.messages), copy().state) == (1, CopyState.FOUND)
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_refused_copy_holds_up_no_other(company: Company, sent: MemorySent) -> None:
    sent.faults.append(NO_ROOM)
    submissions = [submit(draft(company), "anna", company.anna) for _ in range(2)]
    company.send()
    assert {status(one) for one in submissions} == {EmailStatus.SENT}
    states = sorted(SentCopy.objects.values_list("state", flat=True))
    assert states == [CopyState.FILED, CopyState.WAITING]
    assert Alert.objects.get(closed_on=None).code == "PSR-SYN-041"
    assert Work.objects.get(kind=COPIES).due_on is not None
    again(company)
    assert len(sent.messages) == 2
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_copy_that_is_never_taken_is_given_up(company: Company, sent: MemorySent) -> None:
    sent.faults += [NO_ROOM, NO_ROOM]
    send(company)
    SentCopy.objects.update(created_on=timezone.now() - GIVEN_UP_AFTER - timedelta(hours=1))
    again(company)
    assert copy().state == CopyState.GIVEN_UP
    assert Work.objects.get(kind=COPIES).due_on is None


LOST = ConnectionLost(host="imap.example.com", step="APPEND")
REFUSED = LoginRefused(host="imap.example.com", account="anna", answer="no")
FULL = DiskFull(answer="database or disk is full")
AWAY = ConnectionRefused(host="imap.example.com", port=993, answer="refused")


@pytest.mark.parametrize(
    ("fault", "is_read", "alerts"),
    [
        pytest.param(LOST, True, [("sent-copies", SentCopiesWait.code)], id="lost-is-a-warning"),
        pytest.param(AWAY, True, [], id="a-server-that-is-away-is-told-by-reading"),
        pytest.param(AWAY, False, [("sent-copies", SentCopiesWait.code)], id="nobody-else-tells"),
        pytest.param(FULL, True, [("store", DiskFull.code)], id="a-full-disk-is-the-systems"),
        pytest.param(REFUSED, True, [("incoming", REFUSED.code)], id="a-refusal-stops-reading"),
        pytest.param(REFUSED, False, [("sent-copies", SentCopiesWait.code)], id="nothing-is-read"),
    ],
)
def test_a_folder_out_of_reach_is_told_once_and_waits(
    company: Company,
    sent: MemorySent,
    fault: Fault,
    is_read: bool,
    alerts: list[tuple[str, str]],
) -> None:
    Mailbox.objects.update(enabled_for_incoming=is_read)
    company.world.sent_refusals.append(fault)
    assert status(send(company)) == EmailStatus.SENT
    assert copy().state == CopyState.WAITING
    assert list(Alert.objects.filter(closed_on=None).values_list("activity", "code")) == alerts
    assert Work.objects.get(kind=COPIES).due_on is not None


def test_given_back_to_the_router_nothing_touches_the_server(
    company: Company, sent: MemorySent
) -> None:
    sent.faults.append(NO_ROOM)
    send(company)
    SystemSettings.objects.update(process_email_using=ProcessEmailUsing.EMAIL_ROUTER)
    again(company)
    assert (sent.messages, copy().state) == ([], CopyState.WAITING)
