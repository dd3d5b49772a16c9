"""TOP n 0: the headers of messages, many asked for at once where PIPELINING is offered.

POP3 has no date of receipt: the topmost Received, written by the server that took the message in,
is the nearest to it (RFC 5321, 4.4).
"""

import email.parser
import email.policy
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from passerelle.protocols.pop3.listing import Held
from passerelle.protocols.pop3.session import Session

GROUP = 50


def headers_of(session: Session, held: Sequence[Held]) -> Iterator[tuple[Held, bytes | None]]:
    """The headers of each message; None where the server refuses them."""
    group = GROUP if "PIPELINING" in session.offers else 1
    for start in range(0, len(held), group):
        yield from _group(session, held[start : start + group])


def received(headers: bytes) -> datetime | None:
    """The date of the topmost Received in UTC; None when there is none that can be read."""
    value = str(_parsed(headers).get("Received", ""))
    try:
        date = parsedate_to_datetime(value.rpartition(";")[2].strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def message_id(headers: bytes) -> str:
    """The Message-ID without its brackets; empty when there is none."""
    return str(_parsed(headers).get("Message-ID", "")).strip().strip("<>")


def _group(session: Session, held: Sequence[Held]) -> list[tuple[Held, bytes | None]]:
    session.wire.begin("TOP")
    session.wire.write(b"".join(b"TOP %d 0\r\n" % each.number for each in held))
    return [(each, session.read_body() if session.read().ok else None) for each in held]


def _parsed(headers: bytes) -> "Message[str, str]":
    return email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(headers)
