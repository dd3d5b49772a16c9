"""How many waves, who is in which, and when each may start. Pure: no database, no clock.

Queues come first, then users (migration guide, point 14), and no wave holds both: the waves of
queues can be looked at before the first user's. Allowed hours are read off the wall clock of the
organization's time zone, so that they follow summer time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Generic, TypeVar

K = TypeVar("K")
MINUTE = timedelta(minutes=1)
DAYS_AHEAD = 3  # hours that a night of changed clocks swallows come again the next day


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when waves may start, each day; 22:00 to 06:00 goes over midnight."""

    begins: time
    ends: time

    def hold(self, wall: time) -> bool:
        """Whether a time of the wall clock lies within. The same time twice is the whole day."""
        if self.begins < self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends


@dataclass(frozen=True, slots=True)
class Pace:
    """How large waves are, how far apart they start, and when they may.

    Without a gap each wave starts as soon as the one before it is through.
    """

    size: int
    gap: timedelta
    hours: Hours | None
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class PlannedWave(Generic[K]):
    """One wave: its number, counted from 1, and its members in their order."""

    number: int
    of_queues: bool
    members: Sequence[K]


class Step(Enum):
    """What is to be done with a plan now."""

    START = "start"  # the next wave
    WAIT = "wait"  # for its time
    LOOK = "look"  # at what was started
    FINISH = "finish"
    REST = "rest"  # until a person goes on


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands, as `decide` looks at it."""

    running: bool
    waves: int
    next_wave: int
    next_on: datetime | None
    unsettled: bool  # a wave that was started is not through


def waves_of(queues: Sequence[K], users: Sequence[K], size: int) -> list[PlannedWave[K]]:
    """Cut both into waves, in the order given."""
    parts = [(True, part) for part in _cut(queues, size)]
    parts += [(False, part) for part in _cut(users, size)]
    return [
        PlannedWave(number, of_queues, part)
        for number, (of_queues, part) in enumerate(parts, start=1)
    ]


def starts_of(count: int, first: datetime, pace: Pace) -> list[datetime]:
    """When so many waves start if the first may start at that moment, in UTC."""
    found: list[datetime] = []
    earliest = first
    for _ in range(count):
        found.append(next_allowed(earliest, pace))
        earliest = found[-1] + pace.gap
    return found


def next_allowed(moment: datetime, pace: Pace) -> datetime:
    """That moment if a wave may start then, else the first one after it, in UTC."""
    if pace.hours is None or _is_allowed(moment, pace.hours, pace.zone):
        return moment.astimezone(UTC)
    today = moment.astimezone(pace.zone).date()
    for day in range(DAYS_AHEAD):
        opening = _opening(datetime.combine(today + timedelta(days=day), pace.hours.begins), pace)
        if opening is not None and opening >= moment:
            return opening
    raise ValueError("no day has such hours")


def decide(standing: Standing, now: datetime, pace: Pace) -> Step:
    """The one thing to do now. An outage is no reason to start several waves at once."""
    if not standing.running:
        return Step.LOOK if standing.unsettled else Step.REST
    if standing.next_wave > standing.waves:
        return Step.LOOK if standing.unsettled else Step.FINISH
    if standing.unsettled and not pace.gap:
        return Step.LOOK
    due = standing.next_on or now
    return Step.START if next_allowed(max(due, now), pace) <= now else Step.WAIT


def _cut(keys: Sequence[K], size: int) -> list[Sequence[K]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _is_allowed(moment: datetime, hours: Hours, zone: tzinfo) -> bool:
    return hours.hold(moment.astimezone(zone).time())


def _opening(wall: datetime, pace: Pace) -> datetime | None:
    """The first allowed moment at or after a time of the wall clock; None if it is swallowed.

    Where clocks go forward that time may not exist. The earlier reading of it (with the offset
    that holds afterwards) lies before the gap, so minutes are walked until one is allowed.
    """
    assert pace.hours is not None
    readings = [wall.replace(tzinfo=pace.zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    opening, last = min(readings), max(readings)
    while opening <= last:
        if _is_allowed(opening, pace.hours, pace.zone):
            return opening
        opening += MINUTE
    return None
