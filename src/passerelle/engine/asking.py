"""Ask for work, let it rest, and see how it stands.

To ask brings work forward and never delays it; asked for while it runs, it runs again right
after. Any transaction may ask: the row is committed with what the work is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from passerelle.engine.clock import database_now
from passerelle.engine.leases.lease import WorkState
from passerelle.engine.models import Work
from passerelle.engine.store import store_faults

DEFAULT_LANE_LIMIT = 300
ROWS_AT_ONCE = 500  # keys in one UPDATE


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of `ask_many`. An empty lane or host leaves what the work already has."""

    key: UUID
    lane: str = ""
    lane_limit: int = DEFAULT_LANE_LIMIT
    host: str = ""


def ask(
    kind: str,
    key: UUID,
    *,
    due: datetime | None = None,
    lane: str = "",
    lane_limit: int = DEFAULT_LANE_LIMIT,
    host: str = "",
) -> None:
    """Have the work done at `due`, or now. An empty lane or host leaves what it already has."""
    ask_many(kind, [Asked(key, lane, lane_limit, host)], due=due)


def ask_many(kind: str, rows: Iterable[Asked], *, due: datetime | None = None) -> None:
    """`ask` for many keys in few statements."""
    by_lane = sorted(rows, key=_lane_of)
    with store_faults(), transaction.atomic():
        when = due or database_now()
        for _, group in groupby(by_lane, key=_lane_of):
            same = list(group)
            for start in range(0, len(same), ROWS_AT_ONCE):
                _ask(kind, same[start : start + ROWS_AT_ONCE], when)


def rest(kind: str, key: UUID) -> None:
    """Leave the work alone until it is asked for. What runs now ends as it will."""
    with store_faults():
        Work.objects.filter(kind=kind, key=key).update(due_on=None, asked_on=None)


def state_of(kind: str, keys: Iterable[UUID]) -> Mapping[UUID, WorkState]:
    """How the work of these keys stands; keys that were never asked for are left out."""
    with store_faults():
        found = Work.objects.filter(kind=kind, key__in=list(keys))
        return {
            work.key: WorkState(
                work.due_on,
                work.worker_id is not None,
                work.attempts,
                work.last_started_on,
                work.last_finished_on,
                work.last_code,
            )
            for work in found
        }


def failing_keys(kinds: Iterable[str], *, since: datetime | None = None) -> QuerySet[Work, UUID]:
    """The keys of the work of these kinds whose last run failed, as a part of another query.

    `since`: only where that run ended after it.
    """
    failing = Work.objects.filter(kind__in=list(kinds), last_code__gt="")
    if since is not None:
        failing = failing.filter(last_finished_on__gt=since)
    return failing.values_list("key", flat=True)


def _lane_of(row: Asked) -> tuple[str, int, str]:
    return row.lane, row.lane_limit, row.host


def _ask(kind: str, rows: list[Asked], when: datetime) -> None:
    Work.objects.bulk_create(
        [
            Work(
                kind=kind,
                key=row.key,
                due_on=when,
                lane=row.lane,
                lane_limit=row.lane_limit,
                host=row.host,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    # One statement, so that a lease which begins or ends at this moment cannot lose the wish.
    # The due time counts for running work too: it holds when its worker dies.
    resting = Q(due_on=None) | Q(due_on__gt=when)
    running = Q(worker__isnull=False) & (Q(asked_on=None) | Q(asked_on__gt=when))
    changes: dict[str, Any] = {
        "due_on": Case(When(resting, then=when), default=F("due_on")),
        "asked_on": Case(When(running, then=when), default=F("asked_on")),
    }
    if rows[0].lane:
        changes |= {"lane": rows[0].lane, "lane_limit": rows[0].lane_limit}
    if rows[0].host:
        changes["host"] = rows[0].host
    keys = [row.key for row in rows]
    Work.objects.filter(kind=kind, key__in=keys).update(**changes)
