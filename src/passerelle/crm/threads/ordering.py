"""The order of emails in time; of the same second, an answer stands behind what it answers.

Mail tells its time in whole seconds (RFC 5322, 3.3) and what is written here has fractions, so
that within a second the time tells nothing. Pure: reads and writes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Timed:
    """An email, when it was sent, and which one it answers."""

    key: UUID
    when: datetime
    answers: UUID | None = None

    @property
    def second(self) -> datetime:
        return self.when.replace(microsecond=0)


def oldest_first(emails: Iterable[Item], timed: Callable[[Item], Timed]) -> list[Item]:
    """The emails in time; those that nothing tells apart as they come."""
    items = [(timed(email), email) for email in emails]
    known = {one.key: one for one, _ in items}
    items.sort(key=lambda item: (item[0].second, _above(item[0], known), item[0].when))
    return [email for _, email in items]


def _above(one: Timed, known: Mapping[UUID, Timed]) -> int:
    """How many emails of its second it answers, one by another; a circle ends."""
    count, here = 0, one
    while here.answers is not None and count < len(known):
        above = known.get(here.answers)
        if above is None or above.second != one.second:
            break
        count, here = count + 1, above
    return count
