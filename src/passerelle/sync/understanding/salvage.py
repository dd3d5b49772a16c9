"""What can be had of a message that our reader cannot read: its headers, by the standard library.

Used only when a person takes such a message anyway. No text: the raw message is attached to the
record and keeps everything.
"""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message as LibraryMessage
from email.utils import parsedate_to_datetime

from passerelle.messages import Address, Automatic, Message, clean_line, parse_addresses

HEADER_BYTES = 100_000
LINE_CHARS = 1_000
ADDRESSES = 100


def salvage(data: bytes) -> Message:
    """The headers by the library's oldest and most patient reader; it may raise anything."""
    headers = message_from_bytes(data[:HEADER_BYTES], policy=policy.compat32)
    senders = _addresses(headers, "From")
    return bare(
        message_id=_line(headers, "Message-ID"),
        subject=_line(headers, "Subject"),
        sender=senders[0] if senders else None,
        to=_addresses(headers, "To"),
        cc=_addresses(headers, "Cc"),
        date=_date(_line(headers, "Date")),
    )


def bare(
    *,
    message_id: str = "",
    subject: str = "",
    sender: Address | None = None,
    to: tuple[Address, ...] = (),
    cc: tuple[Address, ...] = (),
    date: datetime | None = None,
) -> Message:
    """A message of which nothing else is known."""
    return Message(
        message_id=message_id,
        in_reply_to="",
        references=(),
        subject=subject,
        sender=sender,
        reply_to=(),
        to=to,
        cc=cc,
        date=date,
        text="",
        html="",
        attachments=(),
        automatic=Automatic.NO,
        test_id="",
        received=None,
        whole=False,
    )


def _line(headers: LibraryMessage, name: str) -> str:
    value = str(headers.get(name, ""))
    return clean_line(str(make_header(decode_header(value))), LINE_CHARS)


def _addresses(headers: LibraryMessage, name: str) -> tuple[Address, ...]:
    return parse_addresses(_line(headers, name), ADDRESSES)


def _date(text: str) -> datetime | None:
    if not text:
        return None
    found = parsedate_to_datetime(text)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
