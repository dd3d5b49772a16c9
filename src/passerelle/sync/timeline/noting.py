"""Writes the time line, in transactions that the cycles have anyway.

A look that finds nothing costs no statement: its streak is columns of the row that it saves. A
cycle with mail adds its row to the transaction that finishes it. Killed before that, what it had
recorded is known from `Reading`, and the next cycle notes it as interrupted.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from passerelle.engine.services import Lease, Tally, fence
from passerelle.faults import Fault
from passerelle.guids import new_guid
from passerelle.protocols.interfaces import StepName, Watch
from passerelle.sync.models import Cycle, Reading
from passerelle.sync.models.timeline import CycleKind, Ending

SETTLED: Mapping[str, int | None] = {"cycle": None, "quiet_looks": 0, "quiet_steps": None}
ROWS_MAX = 500  # of one mailbox; the days that they are kept are a setting

# What a step of opening a connection is called in the time line. Before the name of the server is
# looked up, its turn is waited for (decision 0022).
OPENING = {
    StepName.RESOLVE: "turn",
    StepName.CONNECT: "connect",
    StepName.TLS: "connect",
    StepName.SIGN_IN: "sign-in",
}


def watch_of(tally: Tally) -> Watch:
    """Times the opening of a connection."""

    def watch(step: StepName, fact: str) -> None:
        del fact
        tally.lap(OPENING[step])

    return watch


def begin(reading: Reading, tally: Tally, *, listed: int) -> None:
    """The server has listed; the caller saves the row. In a transaction of the caller.

    Called before the counts of the cycle before are forgotten.
    """
    if reading.cycle is not None:
        _insert([*_streak(reading), _interrupted(reading)])
        reading.cycle = None
    if listed:
        reading.cycle = new_guid()
        tally.add(listed=listed)
    else:
        _lengthen(reading, tally)


def note_incoming(reading: Reading, tally: Tally, ending: Ending) -> UUID:
    """The cycle is over; in a transaction of the caller, who stores `SETTLED`. Its key."""
    cycle = _cycle(reading.pk, CycleKind.INCOMING, ending, tally)
    _end(reading, cycle)
    return cycle.pk


def note_folder(mailbox: UUID, tally: Tally, ending: Ending) -> None:
    """A folder beside the inbox had mail; in a transaction of the caller."""
    _insert([_cycle(mailbox, CycleKind.INCOMING, ending, tally)])


def note_outgoing(lease: Lease, kind: CycleKind, ending: Ending = Ending.DONE) -> None:
    """A round that had something to hand over; looks that find nothing leave no trace."""
    with transaction.atomic():
        fence(lease)
        _insert([_cycle(lease.key, kind, ending, lease.tally)])


def note_fault(lease: Lease, kind: CycleKind, fault: Fault) -> None:
    """It ended by a fault: a row, or one more of the same in the newest row."""
    with transaction.atomic():
        fence(lease)
        cycle = _cycle(lease.key, kind, Ending.FAULT, lease.tally)
        cycle.code = fault.code
        reading = (
            Reading.objects.filter(pk=lease.key).first() if kind == CycleKind.INCOMING else None
        )
        if reading is not None and (reading.cycle is not None or reading.quiet_looks):
            _end(reading, cycle)
            Reading.objects.filter(pk=reading.pk).update(**SETTLED)
        elif not _fold(cycle):
            _insert([cycle])


def time_touches(cycle: UUID, tally: Tally) -> None:
    """What was owed to the server was paid after the cycle was noted."""
    Cycle.objects.filter(pk=cycle).update(steps=tally.steps(), took=tally.milliseconds)


def streak_of(reading: Reading) -> Cycle | None:
    """The looks since the last row that found nothing, as the row that they will be."""
    if not reading.quiet_looks or reading.quiet_since is None:
        return None
    return Cycle(
        mailbox_id=reading.pk,
        kind=CycleKind.INCOMING,
        ending=Ending.QUIET,
        began_on=reading.quiet_since,
        ended_on=reading.cycle_finished_on or reading.quiet_since,
        looks=reading.quiet_looks,
        took=reading.quiet_took,
        steps=reading.quiet_steps or {},
    )


def _lengthen(reading: Reading, tally: Tally) -> None:
    took = tally.milliseconds
    if not reading.quiet_looks:
        reading.quiet_since, reading.quiet_took = tally.began_on, 0
    reading.quiet_looks += 1
    if took >= reading.quiet_took:
        reading.quiet_took, reading.quiet_steps = took, tally.steps()


def _interrupted(reading: Reading) -> Cycle:
    """A cycle that nobody ended; when it died is not known, nor how long it took."""
    began: datetime = reading.cycle_started_on or timezone.now()
    return Cycle(
        cycle_id=reading.cycle,
        mailbox_id=reading.pk,
        kind=CycleKind.INCOMING,
        ending=Ending.INTERRUPTED,
        began_on=began,
        ended_on=began,
        listed=reading.listed,
        done=reading.tracked,
        ignored=reading.ignored,
        failed=reading.quarantined,
    )


def _cycle(mailbox: UUID, kind: CycleKind, ending: Ending, tally: Tally) -> Cycle:
    return Cycle(
        mailbox_id=mailbox,
        kind=kind,
        ending=ending,
        began_on=tally.began_on,
        ended_on=timezone.now(),
        took=tally.milliseconds,
        steps=tally.steps(),
        listed=tally["listed"],
        done=tally["done"],
        ignored=tally["ignored"],
        failed=tally["failed"],
        octets=tally["octets"],
    )


def _end(reading: Reading, cycle: Cycle) -> None:
    """The streak before it, and the cycle itself, which was begun by its key."""
    cycle.cycle_id = reading.cycle or cycle.cycle_id
    _insert([*_streak(reading), cycle])


def _streak(reading: Reading) -> list[Cycle]:
    """It ends here, in the row, too, which the caller saves or updates."""
    streak = streak_of(reading)
    reading.quiet_looks, reading.quiet_steps = 0, None
    return [streak] if streak else []


def _insert(cycles: list[Cycle]) -> None:
    """At the end of the line, whose beginning goes when it is long enough."""
    Cycle.objects.bulk_create(cycles)
    mailbox = cycles[0].mailbox_id
    over = _of(mailbox).values("began_on")[ROWS_MAX : ROWS_MAX + 1]
    Cycle.objects.filter(mailbox=mailbox, began_on__lte=over).delete()


def _fold(cycle: Cycle) -> bool:
    """Whether the newest row told the same, and tells now that it came again."""
    if cycle.done:
        return False
    newest = _of(cycle.mailbox_id).filter(kind=cycle.kind).first()
    alike = newest is not None and (newest.ending, newest.code) == (cycle.ending, cycle.code)
    if newest is None or not alike or newest.done:
        return False
    slower = {"steps": cycle.steps} if cycle.took > newest.took else {}
    Cycle.objects.filter(pk=newest.pk).update(
        looks=F("looks") + 1, ended_on=cycle.ended_on, took=Greatest("took", cycle.took), **slower
    )
    return True


def _of(mailbox: UUID) -> QuerySet[Cycle]:
    return Cycle.objects.filter(mailbox=mailbox).order_by("-began_on", "-pk")
