"""A limit of the server's: who rests, for how long, what goes on meanwhile, and how it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MemorySmtp
from tests.unit.sync.outgoing.test_sending import HOST, due_again, handed_in, state, status

from passerelle.alerts.models import Alert
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.engine.models import Work
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import DomainTakesNoMore, SendingQuotaReached
from passerelle.faults.mail.protocols import MessageRefused, SenderRefused, ServerBusy
from passerelle.mailboxes.models import SystemSettings
from passerelle.protocols.interfaces import Recipient, RecipientAnswer
from passerelle.sync.models import Delivery, SendingRest, Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.outgoing.resting import domain_of
from passerelle.sync.services import cancel, why_not_sent, why_rests

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAILY = "550 5.4.5 Daily user sending quota exceeded."
DEFERRED = "421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume"
BUSY_USER = "550 5.2.1 The user you are trying to contact is receiving mail at a rate"
CLARA, BOB = "clara@customer.example", "bob@elsewhere.example"


class Limited(MemorySmtp):
    """Refuses certain recipients by texts of its own."""

    texts: dict[str, str]

    def _answer(self, address: str) -> RecipientAnswer:
        text = self.texts.get(address)
        if text is None:
            return super()._answer(address)
        outcome = Recipient.REFUSED if text.startswith("5") else Recipient.POSTPONED
        return RecipientAnswer(address, outcome, int(text[:3]), text)


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def limited(company: Company, **texts: str) -> Limited:
    server = Limited()
    server.texts = {{"clara": CLARA, "bob": BOB}[name]: text for name, text in texts.items()}
    company.world.smtp = server
    return server


def over() -> None:
    """The rests are over, and the gaps of the emails that met them."""
    SendingRest.objects.update(until=timezone.now() - timedelta(seconds=1))
    Submission.objects.update(not_before=None)


def open_codes() -> list[str]:
    return list(Alert.objects.filter(closed_on=None).values_list("code", flat=True))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(SenderRefused(host=HOST, sender="a", answer=DAILY), id="refused-at-mail"),
        pytest.param(MessageRefused(host=HOST, answer=DAILY), id="refused-as-a-message"),
        pytest.param(
            ServerBusy(host=HOST, answer="454 Throttling failure: Daily message quota exceeded."),
            id="put-off",
        ),
    ],
)
@pytest.mark.parametrize("moment", ["before_data", "at_dot"])
def test_the_whole_mailbox_rests_with_one_alert_and_goes_on_by_itself(
    company: Company, fault: Fault, moment: str
) -> None:
    getattr(company.world.smtp, moment).append(fault)
    first, second = handed_in(company), handed_in(company, BOB)
    company.send()
    assert [state(one) for one in (first, second)] == [SubmissionState.WAITING] * 2
    assert company.world.smtp.delivered == []
    assert open_codes() == [SendingQuotaReached.code]
    work = Work.objects.get(kind="outgoing", key=company.anna.pk)
    rest = SendingRest.objects.get()
    assert work.due_on is not None
    assert abs(work.due_on - rest.until) < timedelta(minutes=1)
    company.send()  # somebody asks, and nobody connects
    assert company.world.smtp.delivered == []
    over()
    company.send()
    assert [status(one) for one in (first, second)] == [EmailStatus.SENT] * 2
    assert open_codes() == []
    assert not SendingRest.objects.exists()


def test_refused_at_the_dot_for_too_much_it_waits(company: Company) -> None:
    company.world.smtp.refused_at_dot = ["552 Message would take you over your relay quota of 500"]
    submission = handed_in(company)
    company.send()
    assert (status(submission), open_codes()) == (
        EmailStatus.PENDING_SEND,
        [SendingQuotaReached.code],
    )


def test_a_recipient_who_was_refused_for_too_much_waits_and_the_mailbox_rests(
    company: Company,
) -> None:
    server = limited(company, bob=DAILY)
    submission, other = handed_in(company, f"{CLARA}, {BOB}"), handed_in(company)
    company.send()
    assert [address for address, _ in server.delivered] == [CLARA]
    outcomes = dict(Delivery.objects.filter(email=submission.pk).values_list("address", "outcome"))
    assert outcomes == {CLARA: "accepted", BOB: "postponed"}
    assert SendingRest.objects.get().domain == ""
    server.texts = {}
    over()
    company.send()
    assert [status(one) for one in (submission, other)] == [EmailStatus.SENT] * 2


def test_met_again_at_once_it_rests_longer(company: Company) -> None:
    company.world.smtp.before_data = [
        MessageRefused(host=HOST, answer=DAILY),
        MessageRefused(host=HOST, answer=DAILY),
    ]
    handed_in(company)
    lengths = []
    for _ in range(2):
        company.send()
        lengths.append(SendingRest.objects.get().until - timezone.now())
        over()
    assert lengths[1] > 1.9 * lengths[0]
    assert Alert.objects.get().count == 2


def test_a_domain_that_takes_no_more_holds_up_nothing_else(company: Company) -> None:
    server = limited(company, bob=DEFERRED)
    to_bob, to_both, to_clara = (handed_in(company, to) for to in (BOB, f"{BOB}, {CLARA}", CLARA))
    company.send()
    assert [address for address, _ in server.delivered] == [CLARA, CLARA]
    assert status(to_clara) == EmailStatus.SENT
    assert open_codes() == [DomainTakesNoMore.code]
    assert SendingRest.objects.get().domain == "elsewhere.example"
    server.texts = {}
    over()
    company.send()
    assert [status(one) for one in (to_bob, to_both)] == [EmailStatus.SENT] * 2
    assert sorted(address for address, _ in server.delivered) == [BOB, BOB, CLARA, CLARA]
    assert open_codes() == []


def test_a_domain_is_the_same_whatever_its_case(company: Company) -> None:
    server = limited(company, bob=DEFERRED)
    handed_in(company, BOB)
    company.send()
    waiting = handed_in(company, "eve@ELSEWHERE.example")
    company.send()
    assert (status(waiting), server.delivered) == (EmailStatus.PENDING_SEND, [])


def test_what_another_domain_takes_ends_no_rest(company: Company) -> None:
    server = limited(company, bob=DEFERRED)
    handed_in(company, BOB)
    company.send()
    Submission.objects.update(not_before=timezone.now() + timedelta(hours=1))
    SendingRest.objects.update(until=timezone.now() - timedelta(seconds=1))
    handed_in(company, CLARA)
    company.send()
    assert [address for address, _ in server.delivered] == [CLARA]
    assert SendingRest.objects.exists()
    assert open_codes() == [DomainTakesNoMore.code]


def test_a_busy_recipient_waits_alone(company: Company) -> None:
    server = limited(company, bob=BUSY_USER)
    to_bob, to_clara = handed_in(company, BOB), handed_in(company)
    company.send()
    assert [status(one) for one in (to_bob, to_clara)] == [
        EmailStatus.PENDING_SEND,
        EmailStatus.SENT,
    ]
    assert not SendingRest.objects.exists()
    server.texts = {}
    due_again(to_bob)
    company.send()
    assert status(to_bob) == EmailStatus.SENT


def test_waited_for_five_days_in_vain_it_is_given_up(company: Company) -> None:
    company.world.smtp.before_data = [MessageRefused(host=HOST, answer=DAILY)] * 2
    submission = handed_in(company)
    Submission.objects.update(submitted_on=timezone.now() - timedelta(days=6))
    company.send()
    assert status(submission) == EmailStatus.PENDING_SEND  # tried once only
    over()
    company.send()
    assert status(submission) == EmailStatus.FAILED


def test_when_nothing_waits_nothing_rests(company: Company) -> None:
    company.world.smtp.before_data = [MessageRefused(host=HOST, answer=DAILY)]
    submission = handed_in(company)
    company.send()
    cancel(submission, "anna")
    company.send()
    assert not SendingRest.objects.exists()
    assert open_codes() == []


def test_the_email_and_its_mailbox_say_why_and_until_when(company: Company) -> None:
    company.world.smtp.before_data = [MessageRefused(host=HOST, answer=DAILY)]
    submission, behind = handed_in(company), handed_in(company)
    company.send()
    until = SendingRest.objects.get().until
    for email in (submission.email, behind.email):
        email.refresh_from_db()
        why = why_not_sent(email)
        assert why is not None
        assert (DAILY in why.text, why.next_attempt) == (True, until)
    (told,) = why_rests(company.anna)
    assert (DAILY in told.text, told.next_attempt) == (True, until)
    assert why_rests(company.orders) == []


def test_an_email_that_may_still_go_to_somebody_is_not_held(company: Company) -> None:
    limited(company, bob=DEFERRED)
    held = handed_in(company, BOB)
    company.send()
    free = handed_in(company, f"{BOB}, {CLARA}")
    sentences = [why_not_sent(one.email) for one in (held, free)]
    assert ["elsewhere.example" in why.text for why in sentences if why] == [True, False]


@pytest.mark.parametrize("address", ["a@Exämple.example", "b@XN--EXMPLE-CUA.example"])
def test_a_domain_has_one_name_however_it_is_written(address: str) -> None:
    assert domain_of(address) == "xn--exmple-cua.example"
