"""STATUS: how a folder stands, without opening it (RFC 9051, 6.3.11; RFC 8474 for MAILBOXID).

One command tells whether anything in it is new.
"""

from passerelle.protocols.imap import parser, refusals
from passerelle.protocols.imap.lexer import values
from passerelle.protocols.imap.responses import Condition, Data, Status, Value
from passerelle.protocols.imap.session import Session
from passerelle.protocols.imap.strings import folder_name
from passerelle.protocols.interfaces import FolderState

STEP = "STATUS"


def state_of(session: Session, name: str) -> FolderState | None:
    """How that folder stands now; None where the server has none that can be opened."""
    told: dict[bytes, Value] = {}

    def take(answer: Data | Status) -> None:
        if isinstance(answer, Data) and answer.name == b"STATUS":
            try:
                told.update(_told(answer))
            except ValueError as error:
                raise session.wire.not_understood(answer.parts[0]) from error

    has_ids = "OBJECTID" in session.capabilities
    asked = b" (UIDVALIDITY UIDNEXT MAILBOXID)" if has_ids else b" (UIDVALIDITY UIDNEXT)"
    status = session.run(STEP, b"STATUS ", folder_name(name), asked, take=take)
    if status.condition is Condition.NO and status.code not in refusals.PASSING:
        return None
    if status.condition is not Condition.OK:
        raise refusals.of_command(status, host=session.host, step=STEP)
    try:
        state = FolderState(
            name, _number(told, b"UIDVALIDITY"), _number(told, b"UIDNEXT"), _id(told)
        )
    except ValueError as error:
        raise session.wire.not_understood(b"STATUS") from error
    if not state.uid_validity:  # its UIDs would name nothing (RFC 9051, 2.3.1.1)
        raise session.wire.not_understood(b"no UIDVALIDITY")
    return state


def _told(answer: Data) -> dict[bytes, Value]:
    """The items of one answer. Only one folder is asked for, so its name does not matter."""
    match values(answer.parts):
        case [_, list() as items]:
            names = (one.upper() if isinstance(one, bytes) else b"" for one in items[::2])
            return dict(zip(names, items[1::2], strict=True))
        case _:
            raise ValueError("a STATUS answer has a name and a list")


def _number(told: dict[bytes, Value], name: bytes) -> int:
    value = told.get(name)
    return parser.number(value) if isinstance(value, bytes) else 0


def _id(told: dict[bytes, Value]) -> str:
    match told.get(b"MAILBOXID"):
        case [bytes() as found]:
            return found.decode("ascii", "replace")
        case _:
            return ""
