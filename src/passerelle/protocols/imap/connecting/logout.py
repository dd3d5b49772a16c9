"""LOGOUT, in a few seconds or not at all (RFC 9051, 6.1.3). CLOSE is never sent: it expunges."""

import contextlib

from passerelle.faults import Fault
from passerelle.protocols.imap.connecting.session import Session, ignore

FAREWELL_SECONDS = 5.0


def log_out(session: Session) -> None:
    """Take leave and close the connection; never raises."""
    if not session.wire.broken:
        with contextlib.suppress(Fault):
            session.wire.begin("LOGOUT", seconds=FAREWELL_SECONDS)
            session.wait(session.begin(b"LOGOUT", answer_bytes=0), ignore)
    session.wire.close()
