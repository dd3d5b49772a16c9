"""RETR, several at once where PIPELINING is offered; the order asked for is the order given.

A large message goes alone and takes of the process's budget; above the limit, or without budget,
its headers are read by TOP instead. One that cannot be read is tried by its headers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from passerelle.faults.mail.protocols import CommandRefused
from passerelle.protocols.interfaces import Listed, RawMessage
from passerelle.protocols.pop3.listing import Held
from passerelle.protocols.pop3.session import Session
from passerelle.protocols.pop3.top import headers_of
from passerelle.protocols.wire import IN_FLIGHT, Budget, with_crlf
from passerelle.protocols.wire.budget import LARGE_BYTES, WAIT_SECONDS

FLYING_MESSAGES = 50
FLYING_BYTES = 2_000_000
SPARE_BYTES = 4_000_000  # by how much LIST may understate; bare LF on disk is the usual reason
STEP = "RETR"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller listed, and its number in this session."""

    listed: Listed
    held: Held


class Retrieval:
    """The reading of one list of messages. Between two of its messages nothing is in flight."""

    def __init__(self, session: Session, budget: Budget = IN_FLIGHT) -> None:
        self._session = session
        self._budget = budget
        self._limit = session.wire.endpoint.limits.message_bytes
        self._large_above = min(LARGE_BYTES, self._limit)
        self._most = FLYING_MESSAGES if "PIPELINING" in session.offers else 1

    def read(self, asked: Sequence[Asked]) -> Iterator[RawMessage]:
        """The messages in that order."""
        for group in self._groups(asked):
            if group[0].held.size > self._large_above:
                yield from self._large(group[0])
            else:
                yield from self._group(group)

    def _groups(self, asked: Sequence[Asked]) -> Iterator[list[Asked]]:
        """What is asked for in one go; a large message alone."""
        most_bytes = min(FLYING_BYTES, self._large_above)
        group: list[Asked] = []
        total = 0
        for each in asked:
            if group and (len(group) == self._most or total + each.held.size > most_bytes):
                yield group
                group, total = [], 0
            group.append(each)
            total += each.held.size
        if group:
            yield group

    def _group(self, group: list[Asked]) -> Iterator[RawMessage]:
        announced = sum(each.held.size for each in group)
        self._session.wire.begin(STEP, answer_bytes=2 * announced + SPARE_BYTES)
        self._session.wire.write(b"".join(b"RETR %d\r\n" % each.held.number for each in group))
        bodies = [self._session.read_body() if self._session.read().ok else None for _ in group]
        for place, each in enumerate(group):
            data, bodies[place] = bodies[place], None
            if data is None:  # one bad message must not stop the mailbox
                yield from self._headers(each)
            else:
                yield RawMessage(each.listed, with_crlf(data))

    def _large(self, each: Asked) -> Iterator[RawMessage]:
        size = each.held.size
        if size > self._limit or not self._budget.take(size, seconds=WAIT_SECONDS):
            yield from self._headers(each)
            return
        try:
            yield from self._group([each])
        finally:  # when the reader asks for the next one, or gives up
            self._budget.give_back(size)

    def _headers(self, each: Asked) -> Iterator[RawMessage]:
        for _, headers in headers_of(self._session, [each.held]):
            if headers is None:
                raise CommandRefused(host=self._session.host, step=STEP, answer="-ERR")
            yield RawMessage(each.listed, with_crlf(headers), whole=False)
