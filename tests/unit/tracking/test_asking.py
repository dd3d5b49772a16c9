"""What is asked of the records for a batch, and what of a message is asked at all."""

from datetime import UTC, datetime

import pytest
from tests.unit.tracking.made_up import addresses, key, letter

from passerelle.messages import Automatic, Identity, MailReport, Message, Undelivered
from passerelle.tracking import Incoming, TrackingSettings, incoming_of, questions

MESSAGE = Message(
    message_id="<a@client.example>",
    in_reply_to="",
    references=(),
    subject="Offer",
    sender=None,
    reply_to=(),
    to=(),
    cc=(),
    bcc=addresses("alice@firm.example"),
    date=datetime(2026, 5, 1, tzinfo=UTC),
    text="",
    html="",
    attachments=(),
    automatic=Automatic.NO,
    test_id="",
    received=None,
    whole=True,
)
DELIVERED = MailReport(("<sent@firm.example>",), ())
LOST = Undelivered(("x@client.example",), for_good=True, status="5.1.1", reason="")
FAILED = MailReport(("<sent@firm.example>",), (LOST,))


def read(report: MailReport | None = None, *, is_sent: bool = False) -> Incoming:
    identity = Identity(b"1" * 32, b"2" * 32)
    return incoming_of(MESSAGE, identity, key(100), report=report, is_sent=is_sent)


def test_only_what_was_sent_has_blind_copies() -> None:
    """Who receives a Bcc field should not have it, and could have written it."""
    assert read().bcc == ()
    assert read(is_sent=True).bcc == MESSAGE.bcc


@pytest.mark.parametrize(
    ("report", "reports", "confirms"),
    [
        pytest.param(None, (), False, id="none"),
        pytest.param(DELIVERED, ("<sent@firm.example>",), True, id="that-it-arrived"),
        pytest.param(FAILED, ("<sent@firm.example>",), False, id="that-it-did-not"),
    ],
)
def test_what_a_message_reports(
    report: MailReport | None, reports: tuple[str, ...], *, confirms: bool
) -> None:
    assert (read(report).reports, read(report).confirms) == (reports, confirms)


def test_each_is_asked_for_once_and_nothing_for_what_is_not_there() -> None:
    batch = [
        letter(message_id="", in_reply_to="", references=("<b@client.example>",)),
        letter(reports=("<sent@firm.example>",), sender=None, to=(), cc=()),
    ]
    asked = questions(batch, TrackingSettings())
    assert asked.message_ids == {
        "<b@client.example>",
        "<letter@client.example>",
        "<sent@firm.example>",
    }
    assert asked.addresses == {"cara@client.example", "alice@firm.example"}


def test_of_our_own_test_mail_nothing_is_asked() -> None:
    assert questions([letter(test_id="x")], TrackingSettings()) == questions([], TrackingSettings())
