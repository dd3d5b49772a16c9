"""UID MOVE: to another folder in one step (RFC 6851).

A server without it, but with UIDPLUS, moves by a copy and a removal of single messages (`copy`,
`remove`): between the two there are two, and the caller keeps how far it came. Without UIDPLUS
nothing is moved, as EXPUNGE would remove what others marked, too.
"""

from collections.abc import Sequence

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.filing import into
from passerelle.protocols.imap.remove import can_remove
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.interfaces import Moves


def moves_of(session: Session) -> Moves:
    """How the server moves messages (IMAP4rev2 always has MOVE)."""
    if session.capabilities & {"MOVE", "IMAP4REV2"}:
        return Moves.AT_ONCE
    return Moves.BY_COPY if can_remove(session) else Moves.NEVER


def move(session: Session, uids: Sequence[int], folder: str) -> None:
    """Move those messages; the folder is made when the server says that it lacks."""
    for numbers in sequence_sets(uids):
        into(session, "UID MOVE", numbers, folder)
