"""What is told next, and when. Pure: knows no clock, no database and no receiver.

What opens together is told together, and however much goes wrong no more than so many notices go
out in an hour: what waits is told in the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpenCause:
    """A cause that is open now."""

    key: str
    level: int
    opened_on: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How bad, how gathered, how often."""

    lowest_level: int
    gather: timedelta
    most_per_hour: int
    tell_closed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The causes to tell now, and those to tell as over."""

    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.opened and not self.closed


NOTHING = Plan()


def plan(
    open_now: Sequence[OpenCause],
    told: Mapping[str, datetime],
    sent: Sequence[datetime],
    pace: Pace,
    now: datetime,
) -> Plan:
    """What to tell now; nothing while it gathers, or when the hour is full.

    `told`: since when a cause is known to its readers; `sent`: when notices went out lately.
    """
    still_open = {one.key for one in open_now}
    fresh = [one for one in open_now if one.level >= pace.lowest_level and one.key not in told]
    over = tuple(key for key in told if key not in still_open) if pace.tell_closed else ()
    if not fresh and not over:
        return NOTHING
    if sum(moment > now - HOUR for moment in sent) >= pace.most_per_hour:
        return NOTHING
    if fresh and min(one.opened_on for one in fresh) + pace.gather > now:
        return NOTHING
    return Plan(tuple(one.key for one in fresh), over)
