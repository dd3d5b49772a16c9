"""What a message reports of an email: for whom it did not arrive and why, who got it, who read it.

Delivery reports are read as RFC 3464, RFC 6522 and RFC 6533 have them, and receipts of readers as
RFC 8098 has them. Those who ignore these write prose, and its habits are known by flufl.bounce,
which is given a short copy of the text: its patterns look at every line some fifty times. Prose
tells of failures alone. Nothing here is believed: whether the email that is named was ever sent to
whom is named is asked of the records, not of the report.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from enum import Enum
from itertools import islice

from flufl.bounce import all_failures

from passerelle.messages.clean import clean_line
from passerelle.messages.headers.fields import Headers, header_end, read_headers
from passerelle.messages.keys import key_of
from passerelle.messages.parts import Leaf, leaves, open_message
from passerelle.messages.values import DEFAULT_LIMITS, Automatic, Message

RECIPIENTS_MAX = 100  # of one report; ours: a server reports on one connection's recipients
REASON_CHARS = 500
# Codes of RFC 3463 and RFC 7505 by which nobody is there; not 5.1.7 and 5.1.8, which blame the
# sender's address, nor 5.2.2, as a full mailbox is emptied one day.
DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})

_REPORTERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RECEIPT_TYPES = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
_RECEIPT_WORD = re.compile(rb"disposition-notification", re.IGNORECASE)
_RETURNED_TYPES = frozenset(
    {
        *("message/rfc822", "message/global", "text/rfc822-headers"),
        *("message/rfc822-headers", "message/global-headers"),
    }
)
_ADDRESS_CHARS = 320
_ADDRESS_TYPES = frozenset({"rfc822", "utf-8", ""})  # x400 and others name nobody whom we know
_RETURNED_BYTES = 64_000  # a Message-ID stands in the header, and a header is short
_IDS_MAX = 5
_PROSE_LINES, _PROSE_LINE_CHARS, _PROSE_CHARS = 300, 200, 12_000
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"\b[45]\d\d[ -]")
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")  # RFC 6533, 3
_ID = re.compile(r"<[^<>\s]{1,998}>")
_ID_LINE = re.compile(r"^[> \t]{0,10}Message-ID:\s{0,5}(<[^<>\s]{1,998}>)", re.IGNORECASE | re.M)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient who did not get an email."""

    addresses: tuple[str, ...]  # lower case; as the sender wrote it, and as it was known at last
    for_good: bool  # False: delayed, and still tried
    status: str  # RFC 3463, as 5.1.1; "" when none is told
    reason: str  # the server's own words in one line; "" when it says none

    @property
    def nobody_is_there(self) -> bool:
        """Whether the address itself is the trouble, so that writing again is in vain."""
        return self.for_good and self.status in DEAD


class Receipt(Enum):
    """What became of an email at a recipient who did get it."""

    PASSED_ON = "passed-on"  # to a server that reports nothing, or to the members of a list
    ARRIVED = "arrived"
    READ = "read"  # it was shown (RFC 8098, 3.2.6.2); no machine knows more
    DELETED = "deleted"  # perhaps unread


_RECEIPTS = {  # Action (RFC 3464, 2.3.3), and the type of a Disposition (RFC 8098, 3.2.6.2)
    "relayed": Receipt.PASSED_ON,
    "expanded": Receipt.PASSED_ON,
    "delivered": Receipt.ARRIVED,
    "dispatched": Receipt.ARRIVED,
    "processed": Receipt.ARRIVED,
    "displayed": Receipt.READ,
    "deleted": Receipt.DELETED,
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One recipient who got an email."""

    addresses: tuple[str, ...]  # as those of `Undelivered`
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class MailReport:
    """What a report tells of one email."""

    original_ids: tuple[str, ...]  # Message-IDs of what it is about, the surest first
    recipients: tuple[Undelivered, ...]
    confirmed: tuple[Confirmed, ...] = ()
    written_on: datetime | None = None

    @property
    def told(self) -> tuple[Undelivered | Confirmed, ...]:
        """All of whom it tells."""
        return (*self.recipients, *self.confirmed)

    @property
    def only_confirms(self) -> bool:
        """Whether it tells of no failure and no delay."""
        return not self.recipients


def report_of(raw: bytes, message: Message) -> MailReport | None:
    """What the message reports; None for any that reports nothing, which is told at a glance."""
    is_reader = message.automatic is Automatic.AUTO_REPLIED
    if not (_may_confirm(raw, message) if is_reader else _may_report(message)):
        return None
    reported = _read_report(raw)
    if reported is None or not reported.told:
        reported = _read_prose(message, reported.original_ids if reported else ())
    if not reported.told:
        return None
    ids = (*reported.original_ids, message.in_reply_to, *reversed(message.references))
    return replace(
        reported,
        original_ids=tuple(dict.fromkeys(filter(None, ids)))[:_IDS_MAX],
        written_on=message.date,
    )


def _may_report(message: Message) -> bool:
    if message.automatic is Automatic.BOUNCE or message.sender is None:
        return message.whole
    return message.whole and message.sender.key.partition("@")[0] in _REPORTERS


def _may_confirm(raw: bytes, message: Message) -> bool:
    """Most automatic answers are no receipts, and are not opened once more for it."""
    is_receipt = _RECEIPT_WORD.search(raw, 0, _RETURNED_BYTES) is not None
    return (message.whole and is_receipt) or _may_report(message)


def _read_report(raw: bytes) -> MailReport | None:
    """By the machine-readable part; None without one."""
    told: list[Undelivered | Confirmed] = []
    ids: list[str] = []
    found = False
    for leaf in leaves(raw, open_message(raw)):
        if leaf.mimetype in _STATUS_TYPES:
            found = True
            told.extend(_recipients(leaf.content(raw), RECIPIENTS_MAX - len(told)))
        elif leaf.mimetype in _RECEIPT_TYPES and len(told) < RECIPIENTS_MAX:
            found = True
            for group in islice(_groups(leaf.content(raw)), 1):
                ids[:0] = _ID.findall(group.get("original-message-id"))[:1]
                told.extend(_reader(group))
        elif leaf.mimetype in _RETURNED_TYPES and len(ids) < _IDS_MAX:
            ids.extend(_returned_id(raw, leaf))
    if not found and not ids:
        return None
    return MailReport(
        tuple(ids),
        tuple(one for one in told if isinstance(one, Undelivered)),
        tuple(one for one in told if isinstance(one, Confirmed)),
    )


def _returned_id(raw: bytes, leaf: Leaf) -> list[str]:
    """The Message-ID of the email that came back, or of its header."""
    returned = open_message(leaf.content(raw)[:_RETURNED_BYTES]).headers
    return _ID.findall(returned.get("message-id"))[:1]


def _reader(group: Headers) -> Iterator[Confirmed]:
    """The one recipient of whom a receipt tells (RFC 8098, 3.1); a failed one tells nothing."""
    kind = group.get("disposition").rpartition(";")[2].partition("/")[0].strip().lower()
    receipt, addresses = _RECEIPTS.get(kind), _addresses(group)
    if receipt is not None and addresses:
        yield Confirmed(addresses, receipt)


def _recipients(octets: bytes, room: int) -> Iterator[Undelivered | Confirmed]:
    """The groups of fields behind the first, one a recipient (RFC 3464, 2.1)."""
    for group in _groups(octets):
        if room <= 0:
            return
        action = group.get("action").lower()
        addresses = _addresses(group)
        if addresses and action.startswith(("failed", "error", "delayed")):
            room -= 1
            reason = clean_line(_untyped(group.get("diagnostic-code")), REASON_CHARS)
            status = _STATUS.search(group.get("status")) or _STATUS.search(reason)
            yield Undelivered(
                addresses,
                for_good=not action.startswith("delayed"),
                status=status[1] if status else "",
                reason=reason,
            )
        elif addresses and action in _RECEIPTS:
            room -= 1
            yield Confirmed(addresses, _RECEIPTS[action])


def _groups(octets: bytes) -> Iterator[Headers]:
    at, end = 0, len(octets)
    for _ in range(RECIPIENTS_MAX * 2):  # the first tells of the message, some of successes
        while octets.startswith((b"\r\n", b"\n"), at):
            at += 2 if octets.startswith(b"\r\n", at) else 1
        if at >= end:
            return
        stop, after = header_end(octets, at, end)
        yield read_headers(octets[at:stop], DEFAULT_LIMITS)
        at = after


def _untyped(value: str) -> str:
    """A field's text behind its type, as `smtp; 550 …` has one."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value


def _addresses(group: Headers) -> tuple[str, ...]:
    """Whom the group is about: original first, which is how the sender wrote it."""
    found = (_address(group.get(f"{name}-recipient")) for name in ("original", "final"))
    return tuple(dict.fromkeys(filter(None, found)))


def _address(value: str) -> str:
    """Of `rfc822; bob@example.com`, of `utf-8; …` with its escapes, and of those without a type."""
    kind, semicolon, rest = value.partition(";")
    if not semicolon:
        kind, rest = "", value
    if kind.strip().lower() not in _ADDRESS_TYPES:
        return ""
    written = _UNICODE.sub(_unescaped, rest.strip().strip("<>"))
    address = key_of(clean_line(written, _ADDRESS_CHARS))
    return address if "@" in address else ""


def _unescaped(match: re.Match[str]) -> str:
    point = int(match[1], 16)
    return chr(point) if point <= sys.maxunicode else ""


def _read_prose(message: Message, ids: Sequence[str]) -> MailReport:
    """By what the text says, where no part is meant for machines."""
    lines = message.text[:_PROSE_CHARS].splitlines()[:_PROSE_LINES]
    cut = [line[:_PROSE_LINE_CHARS] for line in lines]
    delayed, failed = _failures(message, "\n".join(cut))
    reason = next((line.strip() for line in cut if _REPLY.search(line)), "")
    status = _STATUS.search(reason)
    told = [
        Undelivered(
            addresses=(octets.decode("ascii", "replace").lower(),),
            for_good=octets in failed,
            status=status[1] if status else "",
            reason=clean_line(reason, REASON_CHARS),
        )
        for octets in sorted(failed | (delayed - failed))[:RECIPIENTS_MAX]
    ]
    quoted = _ID_LINE.findall(message.text[:_RETURNED_BYTES])[:_IDS_MAX]
    return MailReport((*ids, *quoted), tuple(told))


def _failures(message: Message, text: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Who is delayed and who failed; nobody where the copy cannot be read.

    What the reader of others raises besides is caught where every message is, by the quarantine.
    """
    try:
        delayed, failed = all_failures(_short_copy(message, text))
    except (ValueError, LookupError, TypeError, AttributeError):
        return frozenset(), frozenset()
    return frozenset(delayed), frozenset(failed)


def _short_copy(message: Message, text: str) -> EmailMessage:
    copy = EmailMessage()
    copy["Subject"] = message.subject.encode("ascii", "replace").decode("ascii")
    # The null sender is written out: a detector of flufl.bounce breaks off where From is missing.
    sender = message.sender.key if message.sender else "<>"
    copy["From"] = sender.encode("ascii", "replace").decode("ascii")
    copy.set_content(text, charset="utf-8", cte="8bit")
    return copy
