"""Reads messages by BODY.PEEK[], which leaves \\Seen alone, two batches in flight.

A batch is bounded by count and by announced bytes; its answers are kept until it has ended, then
given out in the order asked for. What was not asked for is dropped. A large message goes alone
and takes of the process's budget; above the limit, or without budget, its headers are read.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from passerelle.faults.mail.protocols import PlaceChanged
from passerelle.protocols.imap import refusals
from passerelle.protocols.imap.connecting.session import Session
from passerelle.protocols.imap.folder import Folder
from passerelle.protocols.imap.syntax import parser
from passerelle.protocols.imap.syntax.responses import Condition, Data, Status
from passerelle.protocols.imap.syntax.sets import sequence_sets
from passerelle.protocols.interfaces import Listed, RawMessage
from passerelle.protocols.wire import IN_FLIGHT, Budget, with_crlf
from passerelle.protocols.wire.budget import LARGE_BYTES, WAIT_SECONDS

BATCH_MESSAGES = 100  # measured: larger batches are no faster
BATCH_BYTES = 2_000_000
IN_FLIGHT_BATCHES = 2  # the server reads the next one from disk while we read the last
SPARE_BYTES = 4_000_000  # by how much sizes may be understated (some servers estimate them)
STEP = "UID FETCH"

_WHOLE = b" (BODY.PEEK[])"
_HEADERS = b" (BODY.PEEK[HEADER])"


@dataclass(frozen=True, slots=True)
class _Batch:
    items: tuple[Listed, ...]
    announced: int


@dataclass(slots=True)
class _Answers:
    """Bodies by UID; only of UIDs that are waited for. None is a body that came as NIL."""

    wanted: set[int] = field(default_factory=set)
    bodies: dict[int, bytes | None] = field(default_factory=dict)


class Fetching:
    """The reading of one list of messages."""

    def __init__(self, session: Session, folder: Folder, budget: Budget = IN_FLIGHT) -> None:
        self._session = session
        self._folder = folder
        self._limit = session.wire.endpoint.limits.message_bytes
        self._large_above = min(LARGE_BYTES, self._limit)
        self._budget = budget
        self._answers = _Answers()

    def read(self, items: Sequence[Listed]) -> Iterator[RawMessage]:
        """The messages in that order, those that are gone left out."""
        waiting = _batches(items, self._large_above)
        upcoming = next(waiting, None)
        flying: deque[tuple[bytes, _Batch]] = deque()
        while upcoming or flying:
            while upcoming and not self._is_large(upcoming) and len(flying) < IN_FLIGHT_BATCHES:
                flying.append((self._ask(upcoming, _WHOLE), upcoming))
                upcoming = next(waiting, None)
            if flying:
                tag, batch = flying.popleft()
                yield from self._collected(tag, batch)
            elif upcoming:
                yield from self._large(upcoming)
                upcoming = next(waiting, None)

    def _is_large(self, batch: _Batch) -> bool:
        return batch.announced > self._large_above and len(batch.items) == 1

    def _ask(self, batch: _Batch, what: bytes) -> bytes:
        uids = [item.uid for item in batch.items]
        self._answers.wanted.update(uids)
        # 100 UIDs of 10 digits make 1,100 bytes: one set always holds them.
        numbers = next(sequence_sets(uids))
        allowed = SPARE_BYTES + (2 * batch.announced if what is _WHOLE else 0)
        return self._session.begin(b"UID FETCH ", numbers, what, answer_bytes=allowed)

    def _collected(self, tag: bytes, batch: _Batch) -> Iterator[RawMessage]:
        status = self._wait(tag)
        for item in batch.items:
            if item.uid in self._answers.bodies:
                yield self._given(item, whole=True)
            elif status.condition is not Condition.OK and status.code != "EXPUNGEISSUED":
                # One bad message may have ended the batch: the others are not gone for that.
                yield from self._alone(item)
            self._answers.wanted.discard(item.uid)

    def _alone(self, item: Listed) -> Iterator[RawMessage]:
        status = self._exchange(item, _WHOLE)
        if item.uid in self._answers.bodies:
            yield self._given(item, whole=True)
        elif status.condition is not Condition.OK and status.code != "EXPUNGEISSUED":
            yield from self._headers(item)

    def _headers(self, item: Listed) -> Iterator[RawMessage]:
        status = self._exchange(item, _HEADERS)
        if item.uid in self._answers.bodies:
            yield self._given(item, whole=False)
        elif status.condition is not Condition.OK and status.code != "EXPUNGEISSUED":
            raise refusals.of_command(status, host=self._session.host, step=STEP)

    def _large(self, batch: _Batch) -> Iterator[RawMessage]:
        (item,) = batch.items
        if item.size > self._limit or not self._budget.take(item.size, seconds=WAIT_SECONDS):
            yield from self._headers(item)
            return
        try:
            yield from self._alone(item)
        finally:  # when the reader asks for the next one, or gives up
            self._budget.give_back(item.size)

    def _exchange(self, item: Listed, what: bytes) -> Status:
        return self._wait(self._ask(_Batch((item,), item.size), what))

    def _wait(self, tag: bytes) -> Status:
        self._session.bound(STEP)
        return self._session.wait(tag, self._take)

    def _take(self, response: Data | Status) -> None:
        if isinstance(response, Status):
            self._stays_in_place(response)
        if not isinstance(response, Data) or response.name != b"FETCH":
            return
        try:
            found = parser.fetched(response)
        except ValueError as error:
            raise self._session.wire.not_understood(response.parts[0]) from error
        if found.has_body and found.uid in self._answers.wanted:
            self._answers.bodies[found.uid] = found.body

    def _stays_in_place(self, status: Status) -> None:
        """A folder rebuilt under our hands: its UIDs mean other messages from here on."""
        expected = b"%d" % self._folder.uid_validity
        if status.code == "UIDVALIDITY" and status.arguments != expected:
            raise PlaceChanged(folder=self._folder.name)

    def _given(self, item: Listed, *, whole: bool) -> RawMessage:
        body = self._answers.bodies.pop(item.uid)
        if body is None:  # the server has it and cannot give it: kept by its place, not lost
            return RawMessage(item, b"", whole=False)
        return RawMessage(item, with_crlf(body), whole=whole)


def _batches(items: Sequence[Listed], large_above: int) -> Iterator[_Batch]:
    """Batches within the bounds; a large message is one of its own."""
    batch: list[Listed] = []
    announced = 0
    for item in items:
        most = min(BATCH_BYTES, large_above)
        if batch and (len(batch) == BATCH_MESSAGES or announced + item.size > most):
            yield _Batch(tuple(batch), announced)
            batch, announced = [], 0
        batch.append(item)
        announced += item.size
    if batch:
        yield _Batch(tuple(batch), announced)
