"""Taking an email back: until the durable mark, whatever a cycle does with it at that moment."""

from collections.abc import Callable
from email import message_from_bytes

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.outgoing.test_sending import BOB, CLARA, draft, handed_in

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.services import Written, update_draft
from passerelle.engine.services import Killed, crash_points
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import TooLateToCancel
from passerelle.faults.mail.protocols import ConnectionLost, MessageRefused, ServerBusy
from passerelle.mailboxes.models import SystemSettings
from passerelle.protocols.interfaces import Recipient
from passerelle.sync.models import Delivery, Submission
from passerelle.sync.services import cancel, submit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOST = "smtp.example.com"


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def during_sending(company: Company, act: Callable[[], object]) -> None:
    """Do it while the cycle is handing the next message over, before the mark."""
    server = company.world.smtp
    honest = server.send

    def meanwhile(*arguments: object, **options: object) -> object:
        server.send = honest  # type: ignore[method-assign]
        act()
        return honest(*arguments, **options)  # type: ignore[arg-type]

    server.send = meanwhile  # type: ignore[assignment,method-assign]


def is_draft(email: Email) -> bool:
    found = Email.objects.get(pk=email.pk)
    return (found.statecode, found.statuscode) == (EmailState.OPEN, EmailStatus.DRAFT)


def test_what_waits_becomes_a_draft_again_and_is_never_sent(company: Company) -> None:
    submission = handed_in(company)
    email = cancel(submission, "anna")
    company.send()
    assert is_draft(email)
    assert company.world.smtp.delivered == []
    assert not Submission.objects.exists()
    assert not Delivery.objects.exists()


def test_a_draft_taken_back_can_be_changed_and_sent(company: Company) -> None:
    email = cancel(handed_in(company), "anna")
    update_draft(email, Written(to=BOB, subject=email.subject, text="Changed."))
    email.refresh_from_db()
    submit(email, "anna", company.anna)
    company.send()
    ((address, data),) = company.world.smtp.delivered
    assert address == BOB
    assert "Changed." in str(message_from_bytes(data).get_payload())


def test_a_postponed_email_is_taken_back_with_its_alert(company: Company) -> None:
    company.world.smtp.before_data = [ServerBusy(host=HOST, answer="451 later")]
    submission = handed_in(company)
    company.send()
    cancel(submission, "anna")
    company.send()
    assert company.world.smtp.delivered == []
    assert not Alert.objects.filter(closed_on=None).exists()


def test_taken_back_while_it_is_handed_over_the_dot_is_not_sent(company: Company) -> None:
    submission, other = handed_in(company), handed_in(company, BOB)
    during_sending(company, lambda: cancel(submission, "anna"))
    company.send()
    assert is_draft(submission.email)
    assert [address for address, _ in company.world.smtp.delivered] == [BOB]
    assert not Submission.objects.filter(pk=submission.pk).exists()
    assert Email.objects.get(pk=other.pk).statuscode == EmailStatus.SENT


def test_changed_and_handed_in_again_meanwhile_only_the_new_text_leaves(company: Company) -> None:
    submission = handed_in(company)

    def change() -> None:
        email = cancel(submission, "anna")
        update_draft(email, Written(to=BOB, subject="New", text="The new text."))
        email.refresh_from_db()
        submit(email, "anna", company.anna)

    during_sending(company, change)
    company.send()
    ((address, data),) = company.world.smtp.delivered
    assert address == BOB
    assert "The new text." in str(message_from_bytes(data).get_payload())


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(ConnectionLost(host=HOST, step="DATA"), id="the connection breaks"),
        pytest.param(ServerBusy(host=HOST, answer="451 later"), id="the server is busy"),
        pytest.param(MessageRefused(host=HOST, answer="554 no"), id="the message is refused"),
    ],
)
def test_what_went_wrong_with_one_taken_back_changes_nothing(
    company: Company, fault: Fault
) -> None:
    submission = handed_in(company)
    company.world.smtp.before_data = [fault]
    during_sending(company, lambda: cancel(submission, "anna"))
    company.send()
    assert is_draft(submission.email)
    assert not Submission.objects.exists()
    assert not Alert.objects.filter(closed_on=None, subject_id=submission.pk).exists()


def test_all_recipients_refused_of_one_taken_back_changes_nothing(company: Company) -> None:
    submission = handed_in(company)
    company.world.smtp.answers = {CLARA: Recipient.REFUSED}
    during_sending(company, lambda: cancel(submission, "anna"))
    company.send()
    assert is_draft(submission.email)


def test_after_the_mark_it_is_too_late(company: Company) -> None:
    submission = handed_in(company)
    with crash_points.kill_at("outgoing.marked"), pytest.raises(Killed):
        company.send()
    with pytest.raises(TooLateToCancel):
        cancel(submission, "anna")
    company.send()
    with pytest.raises(TooLateToCancel):  # it waits for a person
        cancel(submission, "anna")


def test_killed_before_the_mark_it_can_be_taken_back(company: Company) -> None:
    submission = handed_in(company)
    with crash_points.kill_at("outgoing.taken"), pytest.raises(Killed):
        company.send()
    assert is_draft(cancel(submission, "anna"))


@pytest.mark.parametrize("refused", [True, False], ids=["one refused", "one postponed"])
def test_what_a_recipient_has_is_not_taken_back(company: Company, *, refused: bool) -> None:
    company.world.smtp.answers = {BOB: Recipient.REFUSED if refused else Recipient.POSTPONED}
    submission = handed_in(company, f"{CLARA}, {BOB}")
    company.send()
    with pytest.raises(TooLateToCancel):
        cancel(submission, "anna")


def test_twice_is_once(company: Company) -> None:
    submission = submit(draft(company), "anna", company.anna)
    cancel(submission, "anna")
    with pytest.raises(TooLateToCancel):
        cancel(submission, "anna")
