"""UID MOVE: to another folder in one step, or not at all (RFC 6851).

Copying and removing would leave two after a kill in between: a server without MOVE moves nothing.
"""

from collections.abc import Sequence

from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.responses import Condition, Status
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.imap.syntax.strings import folder_name


def can_move(session: Session) -> bool:
    """Whether the server has MOVE (IMAP4rev2 always does)."""
    return bool(session.capabilities & {"MOVE", "IMAP4REV2"})


def move(session: Session, uids: Sequence[int], folder: str) -> None:
    """Move those messages; the folder is made when the server says that it lacks."""
    for numbers in sequence_sets(uids):
        status = _move(session, numbers, folder)
        if status.condition is Condition.NO and status.code in {"TRYCREATE", "NONEXISTENT"}:
            session.succeed("CREATE", b"CREATE ", folder_name(folder))
            status = _move(session, numbers, folder)
        if status.condition is not Condition.OK:
            raise refusals.of_command(status, host=session.host, step="UID MOVE")


def _move(session: Session, numbers: bytes, folder: str) -> Status:
    return session.run("UID MOVE", b"UID MOVE ", numbers, b" ", folder_name(folder))
