"""What may not hold up the mail behind it, be tried for ever, or leave after it was stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MemorySmtp

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.services import Written, create_draft
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import (
    AnswerLost,
    AnswerNotUnderstood,
    ConnectionLost,
    ServerBusy,
)
from passerelle.faults.mailboxes import ProcessedByRouter
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.protocols.interfaces import Handover, Recipient, RecipientAnswer
from passerelle.sync.models import Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.services import submit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOST = "smtp.example.com"
CLARA = "clara@customer.example"
POISON = "poison@elsewhere.example"


@dataclass
class Breaking(MemorySmtp):
    """Breaks off, or answers so, whenever one certain recipient is named."""

    fault: Fault | None = None

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        *,
        before_final_dot: Callable[[tuple[RecipientAnswer, ...]], None],
        asks_delivered: bool = False,
    ) -> Handover:
        if POISON in recipients:
            raise self.fault or ConnectionLost(host=HOST, step="RCPT")
        return super().send(
            sender,
            recipients,
            data,
            before_final_dot=before_final_dot,
            asks_delivered=asks_delivered,
        )


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def handed_in(company: Company, to: str = CLARA) -> Submission:
    user = company.anna.systemuser
    assert user is not None
    email = create_draft(Written(to, "Your order", "It is on its way."), sender=user, owner=user)
    return submit(email, "anna", company.anna)


def status(submission: Submission) -> EmailStatus:
    return EmailStatus(Email.objects.get(pk=submission.pk).statuscode)


def test_an_email_that_breaks_every_connection_does_not_hold_up_the_others(
    company: Company,
) -> None:
    company.world.smtp = Breaking()
    poison, good = handed_in(company, POISON), handed_in(company)
    for _ in range(3):
        company.send()
    assert (status(poison), status(good)) == (EmailStatus.PENDING_SEND, EmailStatus.SENT)


@pytest.mark.parametrize(
    "fault",
    [ServerBusy(host=HOST, answer="451 later"), ConnectionLost(host=HOST, step="RCPT")],
    ids=["busy", "broken"],
)
def test_tried_in_vain_for_five_days_it_is_given_up_and_says_so(
    company: Company, fault: Fault
) -> None:
    company.world.smtp = Breaking(fault=fault)
    poison = handed_in(company, POISON)
    Submission.objects.update(submitted_on=timezone.now() - timedelta(days=6))
    company.send()  # the first try is no reason to give up, however long it had to wait for it
    assert status(poison) == EmailStatus.PENDING_SEND
    Submission.objects.update(not_before=None)
    company.send()
    assert status(poison) == EmailStatus.FAILED


def test_nothing_leaves_once_the_switch_is_back_at_the_router(company: Company) -> None:
    """The last safe moment is just before the dot."""

    class Switching(MemorySmtp):
        def _answer(self, address: str) -> RecipientAnswer:
            mailboxes.switch_processing(ProcessEmailUsing.EMAIL_ROUTER, "test")
            return super()._answer(address)

    company.world.smtp = Switching()
    first, second = handed_in(company), handed_in(company)
    company.send()
    assert company.world.smtp.delivered == []
    assert [status(one) for one in (first, second)] == [EmailStatus.PENDING_SEND] * 2
    stored = Submission.objects.get(pk=first.pk)
    assert (stored.state, stored.code) == (SubmissionState.WAITING, ProcessedByRouter.code)


def test_an_answer_that_no_store_takes_is_stored_all_the_same(company: Company) -> None:
    fault = AnswerNotUnderstood(host=HOST, step="RCPT", answer="\x15\x03\x01\x00\x02")
    company.world.smtp = Breaking(fault=fault)
    poison = handed_in(company, POISON)
    company.send()
    assert Submission.objects.get(pk=poison.pk).code == AnswerNotUnderstood.code


def test_the_recipients_that_were_refused_are_told_when_the_rest_is_given_up(
    company: Company,
) -> None:
    company.world.smtp.answers = {POISON: Recipient.POSTPONED}
    submission = handed_in(company, f"{CLARA}, {POISON}")
    company.send()
    company.world.smtp = Breaking()
    Submission.objects.update(submitted_on=timezone.now() - timedelta(days=6), not_before=None)
    company.send()
    assert status(submission) == EmailStatus.SENT


def test_a_way_out_that_swallows_answers_gets_one_email_and_not_the_whole_queue(
    company: Company,
) -> None:
    company.world.smtp.is_losing_answers = True
    for _ in range(3):
        handed_in(company)
    company.send()
    states = sorted(Submission.objects.values_list("state", flat=True))
    assert states == [SubmissionState.UNKNOWN, *[SubmissionState.WAITING] * 2]
    assert set(Alert.objects.values_list("code", flat=True)) == {
        AnswerLost.code,
        ConnectionLost.code,
    }
    company.world.smtp.is_losing_answers = False
    company.send()
    open_codes = Alert.objects.filter(closed_on=None).values_list("code", flat=True)
    assert list(open_codes) == [AnswerLost.code]  # that email still waits for a person
