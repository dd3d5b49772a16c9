"""A day of mail as bars, an hour each: what came above the line, what went below it.

Numbers only; the template draws them as SVG, so that a page needs no script for its picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOURS = 24
STEP, BAR, HALF = 20, 14, 40  # of the drawing: from bar to bar, a bar's width, the highest bar


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour and how many emails came and went in it, and how they are drawn."""

    begins: datetime
    came: int
    went: int
    x: int
    came_height: int
    went_height: int

    @property
    def top(self) -> int:
        return HALF - self.came_height


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours, the oldest first, and their sums."""

    hours: tuple[Hour, ...]
    came: int
    went: int


def edges_of_day(now: datetime) -> list[datetime]:
    """Where the hours of the day begin, and where the last one ends."""
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    return [first + timedelta(hours=number) for number in range(HOURS + 1)]


def day_of(counts: Sequence[tuple[int, int]], edges: Sequence[datetime]) -> Day:
    """The bars of each hour's emails, how many came and how many went."""
    highest = max(1, *(max(pair) for pair in counts))
    hours = tuple(
        Hour(
            begins=edges[number],
            came=came,
            went=went,
            x=number * STEP + (STEP - BAR) // 2,
            came_height=_height(came, highest),
            went_height=_height(went, highest),
        )
        for number, (came, went) in enumerate(counts)
    )
    return Day(hours, sum(came for came, _ in counts), sum(went for _, went in counts))


def _height(count: int, highest: int) -> int:
    """At least a line where there was anything at all."""
    return max(2, round(count * HALF / highest)) if count else 0
