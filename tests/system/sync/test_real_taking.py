"""A real Dovecot: what was ignored there is tracked by hand, by IMAP and by POP3, or is gone."""

import email
import imaplib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.system.anna import PASSWORD, mailbox_of_anna
from tests.system.servers.dovecot import Dovecot, dovecot

from passerelle.crm.models import Email
from passerelle.crm.models.people import FilteringMethod
from passerelle.crm.services import raw_bytes
from passerelle.engine.services import ask, run_due
from passerelle.faults.mail.tracking import MessageGone
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import IncomingProtocol
from passerelle.sync.models import Place, TakeRequest
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import ask_to_take, untrack
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

START = datetime(2026, 1, 1, tzinfo=UTC)
LARGE = "A line of a long letter.\r\n" * 300_000  # 7.8 MB: more than an answer may have unasked


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture(params=[IncomingProtocol.IMAP, IncomingProtocol.POP3], ids=["imap", "pop3"])
def anna(request: pytest.FixtureRequest, inbox: Dovecot) -> Mailbox:
    """A mailbox that takes no mail by itself."""
    protocol = IncomingProtocol(request.param)
    mailbox = mailbox_of_anna(
        inbox.ports[protocol.value], FilteringMethod.NONE, process_email_received_after=START
    )
    EmailServerProfile.objects.update(incoming_protocol=protocol)
    return Mailbox.objects.get(pk=mailbox.pk)


def message(number: int, text: str) -> bytes:
    return (
        f"From: clara@customer.example\r\nTo: anna@example.org\r\nSubject: Order {number}\r\n"
        f"Message-ID: <{number}@customer.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
        f"\r\n{text}"
    ).encode()


def read(mailbox: Mailbox) -> None:
    ask("incoming", mailbox.pk)
    run_due()


def expunge(inbox: Dovecot, message_id: str) -> None:
    """What a person does in a mail program."""
    with imaplib.IMAP4("localhost", inbox.ports["imap"]) as client:
        client.login("anna", PASSWORD)
        client.select()
        _, (found,) = client.search(None, "HEADER", "Message-ID", message_id)
        client.store(found.decode(), "+FLAGS", r"(\Deleted)")
        client.expunge()


def test_ignored_tracked_untracked_and_gone(anna: Mailbox, inbox: Dovecot) -> None:
    letters = [message(1, "Please send ten.\r\n"), message(2, LARGE), message(3, "No more.\r\n")]
    for letter in letters:
        inbox.deliver("anna", letter)
    read(anna)
    assert set(Place.objects.values_list("reason", flat=True)) == {Reason.NO_FILTER_WANTS}
    first, large, gone = Place.objects.order_by("message_id")
    expunge(inbox, gone.message_id)
    for place in (first, large, gone):
        ask_to_take(place, "anna")
    run_due()
    for place, letter in ((first, letters[0]), (large, letters[1])):
        place.refresh_from_db()
        assert place.email is not None
        assert place.email.raw is not None
        stored = email.message_from_bytes(raw_bytes(place.email.raw))
        assert stored.get_payload() == email.message_from_bytes(letter).get_payload()
    assert TakeRequest.objects.get().place == gone
    assert TakeRequest.objects.get().code == MessageGone.code
    assert Email.objects.count() == 2

    assert first.email is not None
    untrack(first.email, "anna")
    read(anna)
    first.refresh_from_db()
    assert (first.outcome, first.reason) == (Outcome.IGNORED, Reason.UNTRACKED_BY_HAND)
    ask_to_take(first, "anna")
    run_due()
    assert Email.objects.count() == 2
