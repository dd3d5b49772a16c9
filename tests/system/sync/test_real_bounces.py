"""What a real Postfix reports, of an email for nobody and of one that arrived, leads back to it."""

import time
from collections.abc import Iterator

import pytest
from tests.system.anna import PASSWORD, mailbox_that_sends
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix

from passerelle.crm.models import DeadAddress, Email
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import Written, create_draft
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models import Delivery, Place
from passerelle.sync.models.outgoing import DeliveryOutcome, Report
from passerelle.sync.services import submit
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

NOBODY = "nobody-there@example.org"
# Taken at the door and found to be nobody's inside: as behind a gateway, which knows no names.
NO_LIST_AT_THE_DOOR = "smtpd_reject_unlisted_recipient = no\n"


@pytest.fixture
def relay() -> Iterator[Postfix]:
    with postfix(["anna", "clara"], extra=NO_LIST_AT_THE_DOOR) as server:
        yield server


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture
def anna(relay: Postfix, inbox: Dovecot) -> Mailbox:
    """A mailbox that takes no mail by itself and sends through Postfix."""
    return mailbox_that_sends(inbox.ports["imap"], relay.port, FilteringMethod.NONE)


def arrived(relay: Postfix, user: str) -> list[bytes]:
    """What Postfix delivered, once there is some; it works by itself."""
    deadline = time.monotonic() + 90
    while not (found := relay.delivered(user)):
        assert time.monotonic() < deadline, "Postfix delivered nothing"
        time.sleep(0.1)
    return found


def test_an_unknown_user_is_told_at_the_email(
    anna: Mailbox, relay: Postfix, inbox: Dovecot
) -> None:
    user = anna.systemuser
    assert user is not None
    content = Written(to=f"clara@example.org; {NOBODY}", subject="Your order", text="Ten.")
    submit(create_draft(content, sender=user, owner=user), "anna", anna)
    ask("outgoing", anna.pk)
    run_due()
    assert {one.outcome for one in Delivery.objects.all()} == {DeliveryOutcome.ACCEPTED}
    arrived(relay, "clara")
    for raw in arrived(relay, "anna"):
        inbox.deliver("anna", raw)
    ask("incoming", anna.pk)
    run_due()
    delivery = Delivery.objects.get(address=NOBODY)
    assert (delivery.report, delivery.report_status) == (Report.BOUNCED, "5.1.1")
    assert "unknown user" in delivery.report_reason
    assert Delivery.objects.get(address="clara@example.org").report == ""
    assert DeadAddress.objects.get().address == NOBODY
    assert Place.objects.get().reason == Reason.BOUNCE
    sent = Email.objects.get(direction_code=True)
    assert Email.objects.get(direction_code=False).correlated_activity == sent


def test_a_receipt_tells_that_it_arrived(anna: Mailbox, relay: Postfix, inbox: Dovecot) -> None:
    user = anna.systemuser
    assert user is not None
    content = Written(
        to="clara@example.org", subject="Your order", text="Ten.", delivery_receipt=True
    )
    submit(create_draft(content, sender=user, owner=user), "anna", anna)
    ask("outgoing", anna.pk)
    run_due()
    for raw in arrived(relay, "anna"):
        inbox.deliver("anna", raw)
    ask("incoming", anna.pk)
    run_due()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.report) == (DeliveryOutcome.ACCEPTED, "")
    assert delivery.arrived_on is not None
    assert Place.objects.get().reason == Reason.REPORT_NOTED
    assert not Email.objects.filter(direction_code=False).exists()
