"""Email to and from an address of other letters, by a real Postfix with SMTPUTF8 and without."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from tests.system.anna import mailbox_that_sends
from tests.system.servers.postfix import Postfix, postfix

from passerelle.alerts.models import Alert
from passerelle.alerts.services import SubjectKind
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import Written, create_draft
from passerelle.engine.services import ask, run_due
from passerelle.faults.mail.cycles import SomeRecipientsRefused
from passerelle.faults.mail.protocols import InternationalMailNotOffered
from passerelle.mailboxes.models import Mailbox
from passerelle.messages import Address, Draft, compose, parse
from passerelle.protocols.smtp import open_smtp
from passerelle.sync.models import Delivery
from passerelle.sync.models.outgoing import DeliveryOutcome
from passerelle.sync.services import submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

ZOE, CLARA = "zoë@example.org", "clara@example.org"
ACCEPTED, REFUSED = DeliveryOutcome.ACCEPTED, DeliveryOutcome.REFUSED


@contextmanager
def relay(*, offers: bool) -> Iterator[Postfix]:
    extra = f"smtputf8_enable = {'yes' if offers else 'no'}\n"
    with postfix(["clara", "zoë"], extra=extra) as server:
        yield server


@pytest.fixture
def with_it() -> Iterator[Postfix]:
    with relay(offers=True) as server:
        yield server


@pytest.fixture
def without_it() -> Iterator[Postfix]:
    with relay(offers=False) as server:
        yield server


def sent_through(server: Postfix, content: Written) -> tuple[Email, dict[str, Delivery]]:
    """An email of Anna's that her mailbox sent; how it and its recipients stand."""
    mailbox = mailbox_that_sends(10143, server.port, FilteringMethod.NONE)  # nothing is read
    _send(mailbox, content)
    email = Email.objects.get()
    return email, {one.address: one for one in email.deliveries.all()}


def _send(mailbox: Mailbox, content: Written) -> None:
    user = mailbox.systemuser
    assert user is not None
    submit(create_draft(content, sender=user, owner=user), "anna", mailbox)
    ask("outgoing", mailbox.pk)
    run_due()


def arrived(server: Postfix, user: str) -> bytes:
    """What Postfix delivered, once it is there; it works by itself."""
    deadline = time.monotonic() + 90
    while not (found := server.delivered(user)):
        assert time.monotonic() < deadline, "Postfix delivered nothing"
        time.sleep(0.1)
    (only,) = found
    return only


def told() -> list[str]:
    """The alerts at emails."""
    return list(Alert.objects.filter(subject_kind=SubjectKind.EMAIL).values_list("code", flat=True))


def test_where_it_is_offered_everybody_gets_it(with_it: Postfix) -> None:
    content = Written(to=f"Zoë <{ZOE}>; {CLARA}", subject="Ça va ?", text="Déjà lu.")
    email, deliveries = sent_through(with_it, content)
    assert email.statuscode == EmailStatus.SENT
    assert {one.outcome for one in deliveries.values()} == {ACCEPTED}
    for user in ("zoë", "clara"):
        message = parse(arrived(with_it, user))
        assert [one.address for one in message.to] == [ZOE, CLARA]
        assert (message.subject[:7], message.text.strip()) == ("Ça va ?", "Déjà lu.")
    assert told() == []


def test_where_it_is_not_an_email_whose_header_needs_it_is_refused_and_says_why(
    without_it: Postfix,
) -> None:
    email, deliveries = sent_through(
        without_it, Written(to=f"{ZOE}; {CLARA}", subject="Ten", text="Ten.")
    )
    assert email.statuscode == EmailStatus.FAILED
    assert {one.outcome for one in deliveries.values()} == {REFUSED}
    assert told() == [InternationalMailNotOffered.code]


def test_where_it_is_not_only_the_blind_copy_that_needs_it_is_refused(without_it: Postfix) -> None:
    content = Written(to=CLARA, bcc=ZOE, subject="Ten", text="Ten.")
    email, deliveries = sent_through(without_it, content)
    assert parse(arrived(without_it, "clara")).text.strip() == "Ten."
    assert email.statuscode == EmailStatus.SENT
    assert (deliveries[CLARA].outcome, deliveries[CLARA].advice) == (ACCEPTED, "")
    assert (deliveries[ZOE].outcome, deliveries[ZOE].reply_code) == (REFUSED, 553)
    assert "SMTPUTF8" in deliveries[ZOE].advice
    assert told() == [SomeRecipientsRefused.code]


def test_a_sender_of_other_letters_is_taken(with_it: Postfix) -> None:
    draft = Draft(
        message_id="<token123@example.org>",
        sender=Address("Zoë", ZOE),
        to=(Address("", CLARA),),
        subject="Ten",
        text="Ten.",
        date=datetime(2026, 5, 1, 10, 0, tzinfo=UTC),
    )
    sender = open_smtp(with_it.endpoint(), None, hello="crm.example.org")
    assert sender.send(ZOE, [CLARA], compose(draft), before_final_dot=lambda _: None).sent
    sender.close()
    message = parse(arrived(with_it, "clara"))
    assert message.sender == Address("Zoë", ZOE)
