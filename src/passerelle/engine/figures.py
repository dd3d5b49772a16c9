"""How the due table stands, in figures: what is due, late, running, and who works. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from passerelle.engine.clock import database_now, in_seconds
from passerelle.engine.kinds import known_kinds
from passerelle.engine.models import Work
from passerelle.engine.store import store_faults

LATE_SECONDS = 120.0  # a free thread takes due work within one; two minutes are nobody's pace
RECENT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """One kind of work; `oldest_seconds` is how long the first of the due ones waits."""

    kind: str
    due: int
    late: int
    running: int
    failing: int
    oldest_seconds: float
    finished_lately: int  # in the last minute


def work_figures(late_seconds: float = LATE_SECONDS) -> list[WorkFigures]:
    """Each kind of work that this version knows, in one query; zeros where there is none."""
    now = in_seconds(0)
    waits = Q(worker=None, due_on__lte=now)
    with store_faults():
        rows = Work.objects.values("kind").annotate(
            due=Count("pk", filter=waits),
            late=Count("pk", filter=Q(worker=None, due_on__lte=in_seconds(-late_seconds))),
            running=Count("pk", filter=Q(worker__isnull=False)),
            failing=Count("pk", filter=Q(attempts__gt=0)),
            oldest=Min("due_on", filter=waits),
            lately=Count("pk", filter=Q(last_finished_on__gte=in_seconds(-RECENT_SECONDS))),
        )
        found = {row["kind"]: row for row in rows}
        moment = database_now()
    return [_figures(kind, found.get(kind), moment) for kind in known_kinds()]


def leases_longer_than(seconds: float) -> int:
    """How many leases are held for longer; a beating worker that stands still in one holds it."""
    with store_faults():
        held = Work.objects.filter(worker__isnull=False, leased_on__lt=in_seconds(-seconds))
        return held.count()


def _figures(kind: str, row: Mapping[str, Any] | None, now: datetime) -> WorkFigures:
    if row is None:
        return WorkFigures(kind, 0, 0, 0, 0, 0.0, 0)
    waited = max(0.0, (now - row["oldest"]).total_seconds()) if row["oldest"] else 0.0
    return WorkFigures(
        kind=kind,
        due=row["due"],
        late=row["late"],
        running=row["running"],
        failing=row["failing"],
        oldest_seconds=waited,
        finished_lately=row["lately"],
    )
