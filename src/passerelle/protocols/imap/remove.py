"""UID EXPUNGE: removes the messages named and no others (RFC 4315).

Without UIDPLUS there is only EXPUNGE, which removes whatever anybody marked: then they stay.
"""

from collections.abc import Sequence

from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.store import DELETED, add_flag
from passerelle.protocols.imap.syntax.sets import sequence_sets


def can_remove(session: Session) -> bool:
    """Whether the server removes single messages (IMAP4rev2 always does: RFC 9051, 6.4.9)."""
    return bool(session.capabilities & {"UIDPLUS", "IMAP4REV2"})


def remove(session: Session, uids: Sequence[int]) -> bool:
    """Remove those messages; False when the server cannot remove them alone."""
    if not can_remove(session):
        return False
    add_flag(session, uids, DELETED)
    for numbers in sequence_sets(uids):
        session.succeed("UID EXPUNGE", b"UID EXPUNGE ", numbers)
    return True
