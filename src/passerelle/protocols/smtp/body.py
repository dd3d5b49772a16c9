"""DATA: the body, a pause before the dot, the dot (RFC 5321, 4.1.1.4 and 4.5.2).

The phase is our own, as a durable mark must stand between the last byte and the dot. After the
dot nothing but a clear answer is believed: whatever else happens is `AnswerLost`.
"""

import re
from collections.abc import Callable

from passerelle.faults.mail.protocols import (
    AnswerLost,
    AnswerNotUnderstood,
    AnswerTooLarge,
    MessageRefused,
    ProtocolFault,
    ServerBusy,
    Unreachable,
)
from passerelle.protocols.smtp.replies import Kind, Reply
from passerelle.protocols.smtp.session import REPLY_BYTES, Session

FINAL_ANSWER_SECONDS = 600.0  # RFC 5321, 4.5.3.2.6

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def normalised(data: bytes) -> bytes:
    """Lines ended by CRLF, the last one too.

    A lone CR or LF would let one message smuggle in another (CVE-2023-51764 and its kin).
    """
    ends = data.count(b"\r\n")
    if data.count(b"\n") != ends or data.count(b"\r") != ends:
        data = _LINE_END.sub(b"\r\n", data)
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def stuffed(data: bytes) -> bytes:
    """A dot doubled wherever it begins a line."""
    return _LEADING_DOT.sub(b"..", data)


def give_body(session: Session, data: bytes, before_final_dot: Callable[[], None]) -> str:
    """Give the normalised body over; the server's final answer when it took the message."""
    reply = session.ask("DATA", b"DATA")
    if reply.kind is not Kind.MORE:
        raise _refused(session, reply)
    session.wire.begin("DATA", answer_bytes=REPLY_BYTES, written_bytes=len(data))
    session.settled = False  # until the answer to the dot, every line is the message's
    session.wire.write(stuffed(data))
    if session.wire.speaks():  # it gave up early: no mark is due, a later run may try again
        raise _refused(session, session.read())
    before_final_dot()
    final = _final_reply(session)
    if final.kind in {Kind.LATER, Kind.REFUSED}:
        raise _refused(session, final)
    return final.shown


def _final_reply(session: Session) -> Reply:
    session.begin("DATA", seconds=FINAL_ANSWER_SECONDS)
    try:
        session.wire.write(b".\r\n")
        reply = session.read()
    except (Unreachable, AnswerNotUnderstood, AnswerTooLarge) as lost:
        raise AnswerLost(host=session.host) from lost
    if reply.kind is Kind.MORE:  # no answer to a dot
        raise AnswerLost(host=session.host)
    session.settled = True
    return reply


def _refused(session: Session, reply: Reply) -> ProtocolFault:
    match reply.kind:
        case Kind.LATER:
            return ServerBusy(host=session.host, answer=reply.shown)
        case Kind.REFUSED:
            return MessageRefused(host=session.host, answer=reply.shown)
        case _:
            return session.wire.not_understood(reply.shown.encode())
