"""STATUS: how a folder stands, without opening it (RFC 9051, 6.3.11; RFC 8474 for MAILBOXID).

One command tells whether anything in it is new; at Cyrus, two.
"""

import re
from collections.abc import Mapping

from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.lexer import values
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status, Value
from passerelle.protocols.imap.syntax.strings import folder_name
from passerelle.protocols.interfaces import FolderState

STEP = "STATUS"
_COUNTERS, _ID = b"UIDVALIDITY UIDNEXT", b"MAILBOXID"
_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}")  # RFC 8474, 7
_CYRUS = "X-REPLICATION"  # a capability that no other server has

Told = Mapping[bytes, Value]


def state_of(session: Session, name: str) -> FolderState | None:
    """How that folder stands now; None where the server has none that can be opened."""
    told = _told(session, name)
    if told is None:
        return None
    try:
        state = FolderState(
            name, _number(told, b"UIDVALIDITY"), _number(told, b"UIDNEXT"), _id(told)
        )
    except ValueError as error:
        raise session.wire.not_understood(b"STATUS") from error
    if not state.uid_validity:  # its UIDs would name nothing (RFC 9051, 2.3.1.1)
        raise session.wire.not_understood(b"no UIDVALIDITY")
    return state


def _told(session: Session, name: str) -> Told | None:
    if "OBJECTID" not in session.capabilities:
        return _asked(session, name, _COUNTERS)
    if _CYRUS not in session.capabilities:
        return _asked(session, name, _COUNTERS + b" " + _ID)
    # Cyrus 3.6.1 answers freed memory for an id that is asked for beside counters (November 2026);
    # see test_cyrus_tells_the_same_identifier_each_time.
    found, known = _asked(session, name, _ID), _asked(session, name, _COUNTERS)
    return None if found is None or known is None else {**found, **known}


def _asked(session: Session, name: str, items: bytes) -> Told | None:
    """One command; None where there is no such folder."""
    told: dict[bytes, Value] = {}

    def take(answer: Data | Status) -> None:
        if isinstance(answer, Data) and answer.name == b"STATUS":
            try:
                told.update(_pairs(answer))
            except ValueError as error:
                raise session.wire.not_understood(answer.parts[0]) from error

    status = session.run(STEP, b"STATUS ", folder_name(name), b" (", items, b")", take=take)
    if status.condition is Condition.NO and status.code not in refusals.PASSING:
        return None
    if status.condition is not Condition.OK:
        raise refusals.of_command(status, host=session.host, step=STEP)
    return told


def _pairs(answer: Data) -> dict[bytes, Value]:
    """The items of one answer. Only one folder is asked for, so its name does not matter."""
    match values(answer.parts):
        case [_, list() as items]:
            names = (one.upper() if isinstance(one, bytes) else b"" for one in items[::2])
            return dict(zip(names, items[1::2], strict=True))
        case _:
            raise ValueError("a STATUS answer has a name and a list")


def _number(told: Told, name: bytes) -> int:
    value = told.get(name)
    return parser.number(value) if isinstance(value, bytes) else 0


def _id(told: Told) -> str:
    """The identifier; "" for what is none, by which nothing could be found again."""
    match told.get(b"MAILBOXID"):
        case [bytes() as found] if _OBJECT_ID.fullmatch(found):
            return found.decode("ascii")
        case _:
            return ""
