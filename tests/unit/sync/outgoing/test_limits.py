"""Limits that were set here: who waits, how long, what goes out meanwhile, and what is said."""

from datetime import datetime, timedelta

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.outgoing.test_sending import BOB, CLARA, handed_in, status

from passerelle.alerts.models import Alert
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.services import Written, create_draft
from passerelle.engine import rates
from passerelle.engine.clock import database_now
from passerelle.engine.models import Work
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.services import SendingLimit, add_sending_rate, update_profile
from passerelle.sync.models import Submission
from passerelle.sync.outgoing import limits
from passerelle.sync.outgoing.resting import LONGEST_PAUSE
from passerelle.sync.services import submit, why_not_sent, why_rests

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EVE = "eve@elsewhere.example"


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


class Clock:
    """The database's clock as the rates see it."""

    def __init__(self) -> None:
        self.now = database_now()

    def __call__(self) -> datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        Submission.objects.update(not_before=None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rates, "database_now", clock)
    return clock


def limit(**values: int) -> None:
    EmailServerProfile.objects.update(**values)


def addresses(company: Company) -> list[str]:
    return [address for address, _ in company.world.smtp.delivered]


def of_orders(company: Company) -> Submission:
    queue, user = company.orders.queue, company.anna.systemuser
    assert queue is not None
    assert user is not None
    written = Written(to=CLARA, subject="An order", text="It was sent.")
    return submit(create_draft(written, sender=queue, owner=user), "anna", company.orders)


@pytest.mark.parametrize("name", ["mailbox_emails_a_minute", "emails_a_minute"])
def test_no_more_than_so_many_a_minute(company: Company, clock: Clock, name: str) -> None:
    limit(**{name: 2})
    for _ in range(5):
        handed_in(company)
    counts = []
    for _ in range(4):
        company.send()
        company.send()  # asked again at once, nothing more leaves
        counts.append(len(company.world.smtp.delivered))
        clock.later(seconds=61)
    assert counts == [2, 4, 5, 5]
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_day_counts_recipients(company: Company, clock: Clock) -> None:
    limit(mailbox_recipients_a_day=3)
    first, second = handed_in(company, f"{CLARA}, {BOB}"), handed_in(company, f"{BOB}, {EVE}")
    company.send()
    assert [status(one) for one in (first, second)] == [EmailStatus.SENT, EmailStatus.PENDING_SEND]
    clock.later(hours=25)
    company.send()
    assert status(second) == EmailStatus.SENT


def test_an_email_with_more_recipients_than_a_day_has_counts_as_the_day(
    company: Company, clock: Clock
) -> None:
    limit(mailbox_recipients_a_day=2)
    first, second = handed_in(company, f"{CLARA}, {BOB}, {EVE}"), handed_in(company)
    company.send()
    assert [status(one) for one in (first, second)] == [EmailStatus.SENT, EmailStatus.PENDING_SEND]


def test_each_mailbox_has_a_limit_of_its_own_and_together_they_share_one(
    company: Company, clock: Clock
) -> None:
    limit(mailbox_emails_a_minute=1)
    handed_in(company)
    of_orders(company)
    company.send()
    company.send(company.orders)
    assert len(company.world.smtp.delivered) == 2
    clock.later(seconds=61)
    limit(emails_a_minute=1)
    handed_in(company)
    of_orders(company)
    company.send()
    company.send(company.orders)
    assert len(company.world.smtp.delivered) == 3


def test_at_the_limit_it_delays_no_other_profile(company: Company, clock: Clock) -> None:
    limit(emails_a_minute=1)
    other = mailboxes.create_profile("Other", outgoing_location="smtp.other.example")
    profile = EmailServerProfile.objects.get(pk=company.profile.pk)
    EmailServerProfile.objects.filter(pk=other.pk).update(
        **{
            name: getattr(profile, name)
            for name in ("outgoing_credential_retrieval", "outgoing_security", "outgoing_port")
        }
    )
    Mailbox.objects.filter(pk=company.orders.pk).update(profile=other)
    for _ in range(3):
        handed_in(company)
    sent = [of_orders(company) for _ in range(3)]
    company.send()
    company.send(company.orders)
    assert [status(one) for one in sent] == [EmailStatus.SENT] * 3


def test_a_full_domain_waits_and_everything_else_goes_out(company: Company, clock: Clock) -> None:
    add_sending_rate("elsewhere.example", SendingLimit(1, None), "test")
    to_bob, to_both, to_clara = (handed_in(company, to) for to in (BOB, f"{EVE}, {CLARA}", CLARA))
    company.send()
    assert addresses(company) == [BOB, CLARA, CLARA]
    assert [status(one) for one in (to_bob, to_both, to_clara)] == [
        EmailStatus.SENT,
        EmailStatus.PENDING_SEND,
        EmailStatus.SENT,
    ]
    clock.later(seconds=61)
    company.send()
    assert status(to_both) == EmailStatus.SENT
    assert sorted(addresses(company)) == sorted([BOB, EVE, CLARA, CLARA])


def test_nobody_connects_while_there_is_no_room(company: Company, clock: Clock) -> None:
    limit(mailbox_emails_a_minute=1)
    handed_in(company), handed_in(company)
    company.send()
    company.world.smtp.delivered.clear()
    company.world.refusals = [AssertionError("somebody connected")]  # type: ignore[list-item]
    company.send()
    assert len(company.world.refusals) == 1


def test_the_work_is_due_when_there_is_room_and_a_raised_limit_is_seen(
    company: Company, clock: Clock
) -> None:
    limit(mailbox_emails_a_minute=1)
    handed_in(company), handed_in(company)
    company.send()
    due_on = Work.objects.get(kind="outgoing", key=company.anna.pk).due_on
    assert due_on is not None
    assert timedelta(seconds=50) < due_on - clock.now < timedelta(minutes=2)
    limit(mailbox_recipients_a_day=1)
    company.send()
    due_on = Work.objects.get(kind="outgoing", key=company.anna.pk).due_on
    assert due_on is not None
    assert due_on - clock.now < LONGEST_PAUSE + timedelta(minutes=1)
    update_profile(company.profile, mailbox_emails_a_minute=9, mailbox_recipients_a_day=None)
    company.send()
    assert len(company.world.smtp.delivered) == 2


def test_the_email_and_its_mailbox_say_why_and_until_when(company: Company, clock: Clock) -> None:
    limit(mailbox_emails_a_minute=1)
    assert why_rests(company.fresh(company.anna)) == []
    handed_in(company)
    waiting = handed_in(company)
    company.send()
    why = why_not_sent(waiting.email)
    assert why is not None
    assert "limits of the server profile" in why.text
    assert why.next_attempt is not None
    assert [one.text for one in why_rests(company.fresh(company.anna))] == [why.text]
    add_sending_rate("elsewhere.example", SendingLimit(1, None), "test")
    limit(mailbox_emails_a_minute=9)
    handed_in(company, BOB)
    held = handed_in(company, BOB)
    company.send()
    why = why_not_sent(held.email)
    assert why is not None
    assert "elsewhere.example" in why.text


def test_without_limits_an_email_costs_no_question_more(
    company: Company, django_assert_num_queries: object
) -> None:
    found = limits.limits_of(company.fresh(company.anna))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert limits.take(found, [CLARA]) == limits.look(found, [CLARA]) == {}
