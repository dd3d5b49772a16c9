"""Reads the time line: its rows, and the quiet looks that go on now."""

from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from passerelle.sync.models import Cycle, Reading
from passerelle.sync.models.timeline import Ending
from passerelle.sync.timeline.noting import streak_of


class Shown(StrEnum):
    """Which cycles are shown."""

    ALL = ""
    MAIL = "mail"
    FAULTS = "faults"


def cycles_of(mailbox: UUID, shown: Shown = Shown.ALL) -> QuerySet[Cycle]:
    """The rows of a mailbox; by its index the newest come first at no cost."""
    cycles = Cycle.objects.filter(mailbox=mailbox)
    match shown:
        case Shown.MAIL:
            return cycles.filter(listed__gt=0)
        case Shown.FAULTS:
            return cycles.filter(ending=Ending.FAULT)
        case _:
            return cycles


def quiet_now(mailbox: UUID) -> Cycle | None:
    """The looks since the newest row that found nothing, as a row that is not stored yet."""
    reading = Reading.objects.filter(pk=mailbox).first()
    return streak_of(reading) if reading else None


def newest_cycles(mailbox: UUID, count: int) -> list[Cycle]:
    """The newest ones, those that go on now before all others. Two queries."""
    streak = quiet_now(mailbox)
    rows = cycles_of(mailbox).order_by("-began_on", "-pk")[:count]
    return [*([streak] if streak else []), *rows][:count]
