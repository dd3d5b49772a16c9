"""Lists what lies above a UID, and is young enough, in windows of bounded answers.

And tells the sizes of single messages that are asked for by their UIDs.

By sequence numbers, not UIDs: they are dense, so a window of 5,000 is 5,000 messages at most, and
no server may renumber during FETCH and SEARCH (RFC 9051, 7.5.1). One that does is listed again.
`UID n:*` is not asked, as it returns the last message even below n.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from passerelle.faults.mail.protocols import CommandRefused
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.folder import Folder
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.dates import search_day
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.interfaces import Listed

WINDOW = 5_000
MOST_MESSAGES = 5_000_000  # of one folder; more is a broken answer, not a mailbox
STEP = "FETCH"
_ITEMS = b" (UID INTERNALDATE RFC822.SIZE)"


class _Renumbered(Exception):
    """The server removed messages while it listed: the numbers mean others now."""


def list_above(
    session: Session, folder: Folder, last_uid: int, since: datetime | None
) -> tuple[Listed, ...]:
    """Messages with a UID above `last_uid` received at or after `since`, by ascending UID."""
    if folder.exists > MOST_MESSAGES:
        raise session.wire.not_understood(b"%d EXISTS" % folder.exists)
    for _ in range(3):
        found: dict[int, Listed] = {}
        try:
            for first, last in _windows(folder, last_uid):
                _list_window(session, (first, last), last_uid, since, found)
        except _Renumbered:
            continue
        return tuple(found[uid] for uid in sorted(found))
    raise CommandRefused(host=session.host, step=STEP, answer="EXPUNGE")


def sized(session: Session, items: Sequence[Listed]) -> list[Listed]:
    """The items with the sizes of those that come without one; what is gone is left out."""
    found: dict[int, Listed] = {item.uid: item for item in items if item.size}

    def take(response: Data | Status) -> None:
        if isinstance(response, Data) and response.name == b"FETCH":
            item = _listed(session, response)
            if item and item.uid in unknown:
                found[item.uid] = item

    unknown = {item.uid for item in items} - found.keys()
    for numbers in sequence_sets(sorted(unknown)):
        status = session.run(f"UID {STEP}", b"UID FETCH ", numbers, _ITEMS, take=take)
        if status.condition is not Condition.OK and status.code != "EXPUNGEISSUED":
            raise refusals.of_command(status, host=session.host, step=f"UID {STEP}")
    return [found[item.uid] for item in items if item.uid in found]


def _windows(folder: Folder, last_uid: int) -> Iterator[tuple[int, int]]:
    """Only the end of the folder can be new: as many messages as there are UIDs above the last."""
    new = folder.exists
    if folder.uid_next:
        new = min(new, max(0, folder.uid_next - 1 - last_uid))
    for first in range(folder.exists - new + 1, folder.exists + 1, WINDOW):
        yield first, min(first + WINDOW - 1, folder.exists)


def _list_window(
    session: Session,
    window: tuple[int, int],
    last_uid: int,
    since: datetime | None,
    found: dict[int, Listed],
) -> None:
    def take(response: Data | Status) -> None:
        _stays_numbered(response)
        if isinstance(response, Data) and response.name == b"FETCH":
            item = _listed(session, response)
            if item and item.uid > last_uid and _young(item, since):
                found[item.uid] = item

    for numbers in _asked(session, window, since):
        status = session.run(STEP, b"FETCH ", numbers, _ITEMS, take=take)
        # Dovecot 2.3 ends by NO [EXPUNGEISSUED] when some are gone, after listing the others.
        if status.condition is not Condition.OK and status.code != "EXPUNGEISSUED":
            raise refusals.of_command(status, host=session.host, step=STEP)


def _asked(session: Session, window: tuple[int, int], since: datetime | None) -> Iterator[bytes]:
    """The sequence sets to fetch: with `since` only what SEARCH says, else the whole window."""
    numbers = b"%d:%d" % window
    if since is None:
        yield numbers
        return
    matching: list[int] = []

    def take(response: Data | Status) -> None:
        _stays_numbered(response)
        if isinstance(response, Data) and response.name == b"SEARCH":
            matching.extend(_numbers(session, response))

    session.succeed("SEARCH", b"SEARCH ", numbers, b" SINCE ", search_day(since), take=take)
    yield from sequence_sets(number for number in matching if window[0] <= number <= window[1])


def _numbers(session: Session, response: Data) -> list[int]:
    try:
        return parser.numbers(response)
    except ValueError as error:
        raise session.wire.not_understood(response.parts[0]) from error


def _listed(session: Session, response: Data) -> Listed | None:
    try:
        found = parser.fetched(response)
    except ValueError as error:
        raise session.wire.not_understood(response.parts[0]) from error
    return Listed(found.uid, "", found.size, found.received) if found.uid else None


def _young(item: Listed, since: datetime | None) -> bool:
    return since is None or item.received is None or item.received >= since


def _stays_numbered(response: Data | Status) -> None:
    if isinstance(response, Data) and response.name in {b"EXPUNGE", b"VANISHED"}:
        raise _Renumbered
