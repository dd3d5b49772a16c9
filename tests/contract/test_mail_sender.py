"""Every `MailSender` keeps the same promises: in memory, aiosmtpd, Postfix."""

import contextlib
from collections.abc import Iterator

import pytest
from tests.contract.worlds import Outgoing

from passerelle.faults.mail.protocols import AddressNotUsable
from passerelle.protocols.interfaces import MailSender, Recipient, RecipientAnswer

SENDER = "crm@example.org"
MESSAGE = b"Subject: hello\r\n\r\nfirst\r\n.dot\r\n..two\r\nlast\r\n"


@contextlib.contextmanager
def opened(outgoing: Outgoing) -> Iterator[MailSender]:
    sender = outgoing.open()
    try:
        yield sender
    finally:
        sender.close()


def nothing(answers: tuple[RecipientAnswer, ...]) -> None:
    del answers


def test_a_message_arrives_as_it_was_given(outgoing: Outgoing) -> None:
    with opened(outgoing) as sender:
        handover = sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=nothing)
    assert handover.sent
    (arrived,) = outgoing.arrived(1)
    assert arrived.endswith(b"\r\n\r\nfirst\r\n.dot\r\n..two\r\nlast\r\n")


def test_a_delivery_receipt_may_be_asked_for_everywhere(outgoing: Outgoing) -> None:
    """Servers that do not offer it are not asked, and the message arrives all the same."""
    with opened(outgoing) as sender:
        handover = sender.send(
            SENDER, [outgoing.known], MESSAGE, before_final_dot=nothing, asks_delivered=True
        )
    assert handover.sent
    assert len(outgoing.arrived(1)) == 1


def test_bare_line_feeds_become_line_ends(outgoing: Outgoing) -> None:
    with opened(outgoing) as sender:
        raw = b"Subject: hello\n\nfirst\n.\nlast"
        assert sender.send(SENDER, [outgoing.known], raw, before_final_dot=nothing).sent
    (arrived,) = outgoing.arrived(1)
    assert arrived.rstrip().endswith(b"first\r\n.\r\nlast")


def test_one_refused_recipient_does_not_stop_the_others(outgoing: Outgoing) -> None:
    with opened(outgoing) as sender:
        both = [outgoing.unknown, outgoing.known]
        handover = sender.send(SENDER, both, MESSAGE, before_final_dot=nothing)
    assert [(each.address, each.outcome) for each in handover.recipients] == [
        (outgoing.unknown, Recipient.REFUSED),
        (outgoing.known, Recipient.ACCEPTED),
    ]
    assert handover.sent
    assert len(outgoing.arrived(1)) == 1


def test_without_an_accepted_recipient_nothing_is_sent(outgoing: Outgoing) -> None:
    marks: list[int] = []
    with opened(outgoing) as sender:
        handover = sender.send(
            SENDER, [outgoing.unknown], MESSAGE, before_final_dot=lambda _: marks.append(1)
        )
        assert (handover.sent, marks) == (False, [])
        assert sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=nothing).sent
    assert len(outgoing.arrived(1)) == 1


def test_the_mark_is_made_once_and_knows_the_answers(outgoing: Outgoing) -> None:
    marks: list[tuple[RecipientAnswer, ...]] = []
    with opened(outgoing) as sender:
        handover = sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=marks.append)
    assert marks == [handover.recipients]


def test_when_the_mark_cannot_be_made_nothing_is_sent(outgoing: Outgoing) -> None:
    def fails(answers: tuple[RecipientAnswer, ...]) -> None:
        raise KeyError("the store is gone")

    with opened(outgoing) as sender, pytest.raises(KeyError):
        sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=fails)
    with opened(outgoing) as sender:  # what arrives next is the first to arrive
        marker = b"Subject: the second\r\n\r\nx\r\n"
        assert sender.send(SENDER, [outgoing.known], marker, before_final_dot=nothing).sent
    (arrived,) = outgoing.arrived(1)
    assert b"the second" in arrived


def test_one_connection_carries_several_messages(outgoing: Outgoing) -> None:
    with opened(outgoing) as sender:
        for _ in range(3):
            assert sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=nothing).sent
    assert len(outgoing.arrived(3)) == 3


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("anna@example.org>\r\nRCPT TO:<eve@example.org", id="a second command"),
        pytest.param("anna@example.org\n", id="a line feed"),
        pytest.param("anna @example.org", id="a space"),
        pytest.param("a\0nna@example.org", id="a NUL"),
    ],
)
def test_an_address_that_could_say_more_never_leaves(outgoing: Outgoing, address: str) -> None:
    with opened(outgoing) as sender:
        with pytest.raises(AddressNotUsable):
            sender.send(SENDER, [address], MESSAGE, before_final_dot=nothing)
        with pytest.raises(AddressNotUsable):
            sender.send(address, [outgoing.known], MESSAGE, before_final_dot=nothing)
        assert sender.send(SENDER, [outgoing.known], MESSAGE, before_final_dot=nothing).sent


def test_closing_twice_is_no_fault(outgoing: Outgoing) -> None:
    sender = outgoing.open()
    sender.close()
    sender.close()
