"""UID EXPUNGE: removes one message and no other (RFC 4315).

Without UIDPLUS there is only EXPUNGE, which removes whatever anybody marked: then it stays.
"""

from passerelle.protocols.imap.session import Session
from passerelle.protocols.imap.store import DELETED, add_flag


def remove(session: Session, uid: int) -> bool:
    """Remove that message; False when the server cannot remove it alone."""
    if not session.capabilities & {"UIDPLUS", "IMAP4REV2"}:
        return False
    add_flag(session, [uid], DELETED)
    session.succeed("UID EXPUNGE", b"UID EXPUNGE ", b"%d" % uid)
    return True
