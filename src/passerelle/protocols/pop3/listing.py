"""UIDL and LIST: which messages there are, by the names that outlive a session (RFC 1939, 7).

Numbers mean something within one session only; a message without a UIDL of its own is not taken.
"""

import re
from dataclasses import dataclass

from passerelle.faults.mail.protocols import UniqueIdsMissing
from passerelle.protocols.pop3.session import Session

_UIDL = re.compile(rb"(\d{1,10}) +([!-~]{1,512})\s*\Z")  # RFC: 70 characters; some give more
_LIST = re.compile(rb"(\d{1,10}) +(\d{1,19})(?: |\Z)")


@dataclass(frozen=True, slots=True)
class Held:
    """One message as this session numbers it."""

    number: int
    uidl: str
    size: int


def list_all(session: Session) -> dict[str, Held]:
    """Every message of the mailbox by its UIDL, in the server's order, oldest first."""
    answer = session.ask("UIDL", b"UIDL")
    if not answer.ok:
        if answer.code:
            raise session.refused("UIDL", answer)
        raise UniqueIdsMissing(host=session.host)
    names: dict[int, str] = {}
    for line in session.read_lines():
        named = _UIDL.match(line)
        if named is None:
            raise session.wire.not_understood(line)
        names[int(named[1])] = named[2].decode("ascii")
    sizes = _sizes(session)
    held: dict[str, Held] = {}
    for number, uidl in names.items():
        # Twice the same UIDL is a copy (RFC 1939 allows it for identical messages): the first.
        held.setdefault(uidl, Held(number, uidl, sizes.get(number, 0)))
    return held


def _sizes(session: Session) -> dict[int, int]:
    answer = session.ask("LIST", b"LIST")
    if not answer.ok:
        raise session.refused("LIST", answer)
    sizes: dict[int, int] = {}
    for line in session.read_lines():
        listed = _LIST.match(line)
        if listed is None:
            raise session.wire.not_understood(line)
        sizes[int(listed[1])] = int(listed[2])
    return sizes
