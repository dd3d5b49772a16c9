"""What a message says of an email that did not arrive: for whom, for good or not yet, and why.

Delivery reports are read as RFC 3464, RFC 6522 and RFC 6533 have them. Those who ignore these
write prose, and its habits are known by flufl.bounce, which is given a short copy of the text:
its patterns look at every line some fifty times. Nothing here is believed: whether the email that
is named was ever sent to whom is named is asked of the records, not of the report.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from flufl.bounce import all_failures

from passerelle.messages.clean import clean_line
from passerelle.messages.headers import Headers, header_end, read_headers
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


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report tells of one email."""

    original_ids: tuple[str, ...]  # Message-IDs of what did not arrive, the surest first
    recipients: tuple[Undelivered, ...]


def bounce_of(raw: bytes, message: Message) -> Bounce | None:
    """What the message reports; None for any that reports nothing, which is told at a glance."""
    if not _may_report(message):
        return None
    reported = _read_report(raw)
    if reported is None or not reported.recipients:
        reported = _read_prose(message, reported.original_ids if reported else ())
    if not reported.recipients:
        return None
    ids = (*reported.original_ids, message.in_reply_to, *reversed(message.references))
    return Bounce(tuple(dict.fromkeys(filter(None, ids)))[:_IDS_MAX], reported.recipients)


def _may_report(message: Message) -> bool:
    if message.automatic is Automatic.BOUNCE or message.sender is None:
        return message.whole
    return message.whole and message.sender.key.partition("@")[0] in _REPORTERS


def _read_report(raw: bytes) -> Bounce | None:
    """By the machine-readable part; None without one."""
    recipients: list[Undelivered] = []
    ids: list[str] = []
    found = False
    for leaf in leaves(raw, open_message(raw)):
        if leaf.mimetype in _STATUS_TYPES:
            found = True
            room = RECIPIENTS_MAX - len(recipients)
            recipients.extend(_recipients(leaf.content(raw), room))
        elif leaf.mimetype in _RETURNED_TYPES and len(ids) < _IDS_MAX:
            ids.extend(_returned_id(raw, leaf))
    return Bounce(tuple(ids), tuple(recipients)) if found or ids else None


def _returned_id(raw: bytes, leaf: Leaf) -> list[str]:
    """The Message-ID of the email that came back, or of its header."""
    returned = open_message(leaf.content(raw)[:_RETURNED_BYTES]).headers
    return _ID.findall(returned.get("message-id"))[:1]


def _recipients(octets: bytes, room: int) -> Iterator[Undelivered]:
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


def _read_prose(message: Message, ids: Sequence[str]) -> Bounce:
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
    return Bounce((*ids, *quoted), tuple(told))


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
    if message.sender:
        copy["From"] = message.sender.key.encode("ascii", "replace").decode("ascii")
    copy.set_content(text, charset="utf-8", cte="8bit")
    return copy
