"""EXAMINE and SELECT: opens a folder and learns its state (RFC 9051, 6.3.2, 6.3.3)."""

from dataclasses import dataclass
from enum import Enum

from passerelle.faults.mail.protocols import FolderMissing
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status
from passerelle.protocols.imap.syntax.strings import folder_name


class Access(Enum):
    """EXAMINE leaves no trace at the server, not even \\Recent; SELECT may write."""

    READ = b"EXAMINE "
    WRITE = b"SELECT "


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it stood when it was opened."""

    name: str
    uid_validity: int
    uid_next: int  # 0: the server does not say
    exists: int


def open_folder(session: Session, name: str, access: Access, *, account: str) -> Folder:
    """Open the folder anew, whatever is open now."""
    state = {"UIDVALIDITY": 0, "UIDNEXT": 0, "EXISTS": 0}

    def take(found: Data | Status) -> None:
        match found:
            case Data(name=b"EXISTS"):
                state["EXISTS"] = found.number
            case Status(code="UIDVALIDITY" | "UIDNEXT") if found.arguments.isdigit():
                state[found.code] = _number(session, found.arguments)

    step = access.value.decode().strip()
    session.selected = ""  # what a refused one leaves (RFC 9051, 6.3.2)
    status = session.run(step, access.value, folder_name(name), take=take)
    if status.condition is Condition.NO and status.code not in refusals.PASSING:
        raise FolderMissing(folder=name, account=account)
    if status.condition is not Condition.OK:
        raise refusals.of_command(status, host=session.host, step=step)
    session.selected = name
    if not state["UIDVALIDITY"]:  # its UIDs would name nothing (RFC 9051, 2.3.1.1)
        raise session.wire.not_understood(b"no UIDVALIDITY")
    return Folder(name, state["UIDVALIDITY"], state["UIDNEXT"], state["EXISTS"])


def _number(session: Session, digits: bytes) -> int:
    try:
        return parser.number(digits)
    except ValueError as error:
        raise session.wire.not_understood(digits) from error
