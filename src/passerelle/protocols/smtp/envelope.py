"""MAIL and RCPT, in one go where PIPELINING is offered (RFC 5321, 3.3; RFC 2920).

Says for each recipient what the server said. SIZE, BODY=8BITMIME, SMTPUTF8 and NOTIFY (RFC 3461)
are declared only when offered and needed. Where SMTPUTF8 is not offered, whose address needs it is
refused here, before the server is asked, and the others get the message; one whose sender or header
needs it goes to nobody, as all would get that header (RFC 6531, 3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from passerelle.faults.mail.protocols import (
    InternationalMailNotOffered,
    MessageTooLarge,
    ProtocolFault,
    SenderRefused,
    ServerBusy,
)
from passerelle.protocols.interfaces import Recipient, RecipientAnswer
from passerelle.protocols.smtp.addresses import path, sender_path
from passerelle.protocols.smtp.replies import Kind, Reply
from passerelle.protocols.smtp.session import Session

GROUP = 100  # RCPTs in flight: their replies fit in any socket's buffer
_OUTCOMES = {
    Kind.DONE: Recipient.ACCEPTED,
    Kind.LATER: Recipient.POSTPONED,
    Kind.REFUSED: Recipient.REFUSED,
}
_TOO_LARGE = 552  # RFC 1870, 6.1
_SMTPUTF8 = frozenset({"SMTPUTF8", "8BITMIME"})  # who offers the first has the second, too
_NOT_OFFERED = "5.6.7 {host} does not offer SMTPUTF8"  # RFC 6531, 3.5 and 4.3
_NOT_OFFERED_CODE = 553


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MAIL and RCPT say, ready to be written."""

    sender: str
    recipients: tuple[str, ...]
    mail: bytes
    rcpts: tuple[bytes | None, ...]  # None: the server cannot be given this address
    size: int


def envelope(
    session: Session,
    sender: str,
    recipients: Sequence[str],
    data: bytes,
    *,
    asks_delivered: bool = False,
) -> Envelope:
    """Check the addresses and what the message needs; nothing is written yet."""
    source, paths = sender_path(sender), tuple(path(address) for address in recipients)
    mail = b"MAIL FROM:<" + source + b">"
    if "SIZE" in session.offers:
        limit = session.offers["SIZE"]
        if limit.isdecimal() and 0 < int(limit) < len(data):
            raise MessageTooLarge(host=session.host, limit=int(limit), size=len(data))
        mail += b" SIZE=%d" % len(data)
    if "8BITMIME" in session.offers and not data.isascii():
        mail += b" BODY=8BITMIME"
    offered = session.offers.keys() >= _SMTPUTF8
    header_needs = not (source.isascii() and _header(data).isascii())
    if header_needs and not offered:
        raise InternationalMailNotOffered(host=session.host)
    if header_needs or (offered and not all(map(bytes.isascii, paths))):
        mail += b" SMTPUTF8"
    notify = b""
    if asks_delivered and "DSN" in session.offers:
        mail, notify = mail + b" RET=HDRS", b" NOTIFY=SUCCESS,FAILURE,DELAY"  # RFC 3461, 4.1, 4.3
    rcpts = tuple(
        b"RCPT TO:<" + each + b">" + notify if offered or each.isascii() else None for each in paths
    )
    return Envelope(sender, tuple(recipients), mail, rcpts, len(data))


def give(session: Session, wanted: Envelope) -> tuple[RecipientAnswer, ...]:
    """Give the envelope over; the answer for each recipient, in order."""
    asked = [line for line in wanted.rcpts if line is not None]
    replies = iter(_asked(session, wanted, asked) if asked else [])
    return tuple(
        _lost(session, address) if line is None else _answer(session, address, next(replies))
        for address, line in zip(wanted.recipients, wanted.rcpts, strict=True)
    )


def _asked(session: Session, wanted: Envelope, rcpts: Sequence[bytes]) -> list[Reply]:
    """What the server says to each of these RCPTs."""
    replies: list[Reply] = []
    if "PIPELINING" in session.offers:
        lines = [wanted.mail, *rcpts]
        for start in range(0, len(lines), GROUP):
            group = lines[start : start + GROUP]
            session.begin("RCPT", replies=len(group))
            session.wire.write(b"".join(line + b"\r\n" for line in group))
            replies.extend(session.read() for _ in group)
            _taken(session, wanted, replies[0])
    else:
        replies.append(session.ask("MAIL", wanted.mail))
        _taken(session, wanted, replies[0])
        replies.extend(session.ask("RCPT", each) for each in rcpts)
    return replies[1:]


def _taken(session: Session, wanted: Envelope, reply: Reply) -> None:
    if reply.kind is not Kind.DONE:
        raise _sender_fault(session, wanted, reply)


def _sender_fault(session: Session, wanted: Envelope, reply: Reply) -> ProtocolFault:
    if reply.code == _TOO_LARGE:
        limit = session.offers.get("SIZE", "")
        known = int(limit) if limit.isdecimal() else 0
        return MessageTooLarge(host=session.host, limit=known, size=wanted.size)
    if reply.kind is Kind.REFUSED:
        return SenderRefused(host=session.host, sender=wanted.sender, answer=reply.shown)
    if reply.kind is Kind.LATER:
        return ServerBusy(host=session.host, answer=reply.shown)
    return session.wire.not_understood(reply.shown.encode())


def _answer(session: Session, address: str, reply: Reply) -> RecipientAnswer:
    outcome = _OUTCOMES.get(reply.kind)
    if outcome is None:
        raise session.wire.not_understood(reply.shown.encode())
    return RecipientAnswer(address, outcome, reply.code, reply.shown)


def _lost(session: Session, address: str) -> RecipientAnswer:
    answer = _NOT_OFFERED.format(host=session.host)
    return RecipientAnswer(address, Recipient.REFUSED, _NOT_OFFERED_CODE, answer)


def _header(data: bytes) -> bytes:
    return data[: data.find(b"\r\n\r\n")]
