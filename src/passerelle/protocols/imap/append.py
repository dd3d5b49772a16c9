"""APPEND: puts one message into a folder, seen, and says where it lies (RFC 9051, 6.3.12)."""

import re
from dataclasses import dataclass

from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.responses import Condition
from passerelle.protocols.imap.syntax.strings import Literal, folder_name

_UID = re.compile(rb"(\d{1,10}) (\d{1,10})")


@dataclass(frozen=True, slots=True)
class Appended:
    """What APPENDUID says (RFC 4315, 3); both are 0 where the server has no UIDPLUS."""

    uid_validity: int
    uid: int


def append(session: Session, folder: str, data: bytes) -> Appended:
    """Put the message there; a refusal is a fault."""
    status = session.run("APPEND", b"APPEND ", folder_name(folder), b" (\\Seen) ", Literal(data))
    if status.condition is not Condition.OK:
        raise refusals.of_command(status, host=session.host, step="APPEND")
    found = _UID.fullmatch(status.arguments) if status.code == "APPENDUID" else None
    return Appended(int(found[1]), int(found[2])) if found else Appended(0, 0)
