"""UID COPY: puts copies of messages into another folder, and says of which (RFC 4315, 3)."""

import re
from collections.abc import Iterable, Sequence

from passerelle.faults.mail.protocols import CommandRefused
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.filing import into
from passerelle.protocols.imap.status import STEP, state_of
from passerelle.protocols.imap.syntax.responses import Status
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.imap.syntax.strings import folder_name
from passerelle.protocols.interfaces import FolderEnd

_COPYUID = re.compile(rb"\d{1,10} ([0-9:,]{1,9000}) ([0-9:,]{1,9000})")
_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")


def end_of(session: Session, folder: str) -> FolderEnd:
    """Where that folder ends now; it is made where it lacks."""
    state = state_of(session, folder)
    if state is None:
        session.succeed("CREATE", b"CREATE ", folder_name(folder))
        state = state_of(session, folder)
    if state is None:
        raise CommandRefused(host=session.host, step=STEP, answer="")
    return FolderEnd(state.uid_validity, state.uid_next)


def copy(session: Session, uids: Sequence[int], folder: str) -> frozenset[int]:
    """Copy those messages; those of which COPYUID says that a copy is there.

    A server may say nothing (RFC 4315, 3), or what cannot be: then none of that command.
    """
    told: set[int] = set()
    for numbers in sequence_sets(uids):
        told |= _told(into(session, "UID COPY", numbers, folder), uids)
    return frozenset(told)


def _told(status: Status, uids: Iterable[int]) -> set[int]:
    found = _COPYUID.fullmatch(status.arguments) if status.code == "COPYUID" else None
    if found is None:
        return set()
    try:
        ours, theirs = _ranges(found[1]), _ranges(found[2])
    except ValueError:
        return set()
    copied = {uid for uid in uids if any(uid in numbers for numbers in ours)}
    counts = {sum(map(len, ours)), sum(map(len, theirs)), len(copied)}
    return copied if len(counts) == 1 else set()


def _ranges(numbers: bytes) -> list[range]:
    """A set of UIDs as it was written. The ends of a range come in any order (RFC 9051, 9)."""
    ranges = []
    for one in numbers.split(b","):
        found = _RANGE.fullmatch(one)
        if found is None:
            raise ValueError("not a set of UIDs")
        first, last = sorted((int(found[1]), int(found[2] or found[1])))
        ranges.append(range(first, last + 1))
    return ranges
