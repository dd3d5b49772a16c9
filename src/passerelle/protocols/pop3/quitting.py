"""QUIT: commits what DELE marked, and ends the session (RFC 1939, 6)."""

import contextlib

from passerelle.faults import Fault
from passerelle.protocols.pop3.session import Session

FAREWELL_SECONDS = 5.0


def commit(session: Session) -> bool:
    """End the session; whether the server says that everything marked is removed."""
    try:
        return session.ask("QUIT", b"QUIT").ok
    finally:
        session.wire.close()


def leave(session: Session) -> None:
    """End the session in a few seconds or not at all; never raises."""
    if not session.wire.broken:
        with contextlib.suppress(Fault):
            session.wire.begin("QUIT", seconds=FAREWELL_SECONDS)
            session.send(b"QUIT")
            session.read()
    session.wire.close()
