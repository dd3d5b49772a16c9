"""Limits in every window of time, kept over all processes on the database's clock.

`pacing` hands out moments that lie evenly apart. Here a burst may take a window at once, and then
there is no room until the oldest of it is a window old. Nothing waits: who finds no room is told
when there is some. What was taken and not used counts, so a limit is never passed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from django.db import transaction

from passerelle.engine.clock import database_now
from passerelle.engine.models import SpentRate
from passerelle.engine.store import store_faults

NAME_CHARS = 255
PARTS = 120  # of a window; what was taken in one of them grows old together

Spent = Sequence[tuple[int, int]]  # the number of a part since 1970, and how much was taken in it


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many under one name in any window of so many seconds."""

    name: str
    seconds: int
    most: int

    @property
    def key(self) -> str:
        """Of the row that holds what was taken."""
        return f"{self.seconds} {self.name}"[:NAME_CHARS]


def take_room(wanted: Mapping[Rate, int]) -> dict[Rate, float]:
    """Take it under all of these rates, or under none: the full ones, with the seconds until room.

    More than a rate allows at all is taken as all that it allows.
    """
    if not wanted:
        return {}
    with store_faults(), transaction.atomic():
        rows = _locked(wanted)
        now = database_now().timestamp()
        full = _full(wanted, {key: row.parts for key, row in rows.items()}, now)
        if not full:
            for rate, count in wanted.items():
                rows[rate.key].parts = taken(rate, rows[rate.key].parts, count, now)
            SpentRate.objects.bulk_update(rows.values(), ["parts"])
        return full


def look_for_room(wanted: Mapping[Rate, int]) -> dict[Rate, float]:
    """What `take_room` would say now; takes nothing."""
    if not wanted:
        return {}
    with store_faults():
        rows = SpentRate.objects.filter(pk__in=[rate.key for rate in wanted])
        return _full(wanted, {row.pk: row.parts for row in rows}, database_now().timestamp())


def seconds_until_room(rate: Rate, spent: Spent, count: int, now: float) -> float:
    """Until so many may be taken; 0.0 for now. Pure."""
    alive = _alive(rate, spent, now)
    too_many = sum(each for _, each in alive) + min(count, rate.most) - rate.most
    for part, each in alive:
        if too_many <= 0:
            break
        too_many -= each
        free = _end(rate, part)
        if too_many <= 0:
            return max(0.0, free - now)
    return 0.0


def taken(rate: Rate, spent: Spent, count: int, now: float) -> list[tuple[int, int]]:
    """What is taken with so many more; what is over is left out. Pure."""
    part, alive = floor(now * PARTS / rate.seconds), _alive(rate, spent, now)
    here = sum(each for number, each in alive if number == part) + min(count, rate.most)
    return sorted([*(one for one in alive if one[0] != part), (part, here)])


def _alive(rate: Rate, spent: Spent, now: float) -> list[tuple[int, int]]:
    return [(part, each) for part, each in spent if _end(rate, part) > now]


def _end(rate: Rate, part: int) -> float:
    """When what was taken in that part counts no more: a window after its last moment."""
    return (part + 1) * rate.seconds / PARTS + rate.seconds


def _full(wanted: Mapping[Rate, int], spent: Mapping[str, Spent], now: float) -> dict[Rate, float]:
    waits = {
        rate: seconds_until_room(rate, spent.get(rate.key, ()), count, now)
        for rate, count in wanted.items()
    }
    return {rate: seconds for rate, seconds in waits.items() if seconds > 0}


def _locked(rates: Iterable[Rate]) -> dict[str, SpentRate]:
    """The rows, made where they lack, locked in the order of their keys."""
    keys = sorted({rate.key for rate in rates})
    rows = SpentRate.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    found = {row.pk: row for row in rows}
    if len(found) < len(keys):
        SpentRate.objects.bulk_create(
            [SpentRate(name=key) for key in keys if key not in found], ignore_conflicts=True
        )
        found = {row.pk: row for row in rows.all()}
    return found
