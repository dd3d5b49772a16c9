"""What UID MOVE and UID COPY have in common: a set of messages and the folder that they go into."""

from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.syntax.responses import Condition, Status
from passerelle.protocols.imap.syntax.strings import folder_name

_LACKING = frozenset({"TRYCREATE", "NONEXISTENT"})


def into(session: Session, step: str, numbers: bytes, folder: str) -> Status:
    """That command; the folder is made when the server says that it lacks, once."""
    status = _asked(session, step, numbers, folder)
    if status.condition is Condition.NO and status.code in _LACKING:
        session.succeed("CREATE", b"CREATE ", folder_name(folder))
        status = _asked(session, step, numbers, folder)
    if status.condition is not Condition.OK:
        raise refusals.of_command(status, host=session.host, step=step)
    return status


def _asked(session: Session, step: str, numbers: bytes, folder: str) -> Status:
    return session.run(step, step.encode() + b" ", numbers, b" ", folder_name(folder))
