"""Who gets which due work: claims in batches, within the limits of lanes (profiles) and hosts.

A claim is a conditional update: what the row count and the read-back show is ours, whoever else
tried. Claims take turns (SQLite has one writer; PostgreSQL an advisory lock), so the limits are
exact over all machines. Never runs anything.
"""

import time
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Now

from passerelle.engine.clock import database_now, in_seconds
from passerelle.engine.kinds import kind_named, known_kinds
from passerelle.engine.leases.lease import Lease
from passerelle.engine.models import Work, Worker
from passerelle.engine.pacing import HostLimits, busy_hosts
from passerelle.engine.store import store_faults

NOTICED_SECONDS = 1.0  # a worker with a free thread takes what is due within this
LOOKED_AT_PER_FREE = 4  # rows read for each free thread, as some may be over a limit
TURNS = 7_307_500  # any number; names the lock under which claims take turns


def claim(
    worker_id: UUID,
    free: int,
    *,
    limits: HostLimits | None = None,
    kinds: Collection[str] | None = None,
) -> list[Lease]:
    """Lease up to `free` pieces of due work to the worker, the longest due first.

    `kinds` are those that are registered, if not fewer.
    """
    with store_faults(), transaction.atomic():
        _take_turns()
        # Locked, so that nobody removes it as dead before these leases are committed.
        if not Worker.objects.select_for_update().filter(pk=worker_id).first():
            return []
        chosen = _Choice(limits or HostLimits(), kinds or known_kinds()).choose(free)
        Work.objects.filter(pk__in=chosen, worker=None).update(
            worker_id=worker_id,
            epoch=F("epoch") + 1,
            leased_on=Now(),
            last_started_on=Now(),
            asked_on=None,
        )
        won = Work.objects.filter(pk__in=chosen, worker_id=worker_id).order_by("due_on")
        return [_lease(work, worker_id) for work in won]


def leases_held(lane: str, host: str) -> tuple[int, int]:
    """How many leases are held now in that lane and at that host; none in or at an empty one."""
    with store_faults():
        counted = Work.objects.filter(worker__isnull=False).aggregate(
            lane=Count("pk", filter=Q(lane=lane) & ~Q(lane="")),
            host=Count("pk", filter=Q(host=host) & ~Q(host="")),
        )
        return counted["lane"], counted["host"]


def is_anyone_waiting(lease: Lease) -> bool:
    """Whether due work waits for the place of this one: in its lane, at its host, for any thread.

    Work that nobody took within a second waits for a thread.
    """
    with store_faults():
        own = Work.objects.filter(pk=lease.work_id)
        waiting = Work.objects.filter(due_on__lte=Now(), worker=None, kind__in=known_kinds())
        beside = Q(lane__gt="", lane__in=own.values("lane"))
        beside |= Q(host__gt="", host__in=own.values("host"))
        return waiting.filter(beside | Q(due_on__lte=in_seconds(-NOTICED_SECONDS))).exists()


def seconds_until_due(longest: float) -> float:
    """Until the next free work is due, at most `longest`; zero when some is due now."""
    with store_faults():
        free = Work.objects.filter(worker=None, due_on__isnull=False, kind__in=known_kinds())
        due: datetime | None = free.aggregate(first=Min("due_on"))["first"]
        if due is None:
            return longest
        return min(longest, max(0.0, (due - database_now()).total_seconds()))


class _Choice:
    """Picks due work while its lane and its host have room."""

    def __init__(self, limits: HostLimits, kinds: Collection[str]) -> None:
        self._limits = limits
        self._kinds = kinds
        self._lanes: Counter[str] = Counter()
        self._hosts: Counter[str] = Counter()
        self._full_lanes: set[str] = set()
        self._begun: Counter[str] = Counter()  # now, each of which will want to sign in
        self._full_hosts: set[str] = set(busy_hosts())
        self._count_leases()

    def choose(self, free: int) -> list[UUID]:
        chosen: list[UUID] = []
        while len(chosen) < free:
            looked_at = list(self._due(chosen)[: free * LOOKED_AT_PER_FREE])
            if not looked_at:
                break
            # Each round chooses a row or finds a lane or host full, so the loop ends.
            for work in looked_at:
                if len(chosen) < free and self._has_room(work):
                    chosen.append(work.pk)
        return chosen

    def _count_leases(self) -> None:
        leased = Work.objects.filter(worker__isnull=False)
        groups = leased.values("lane", "host").annotate(held=Count("pk"), limit=Min("lane_limit"))
        for group in groups:
            self._lanes[group["lane"]] += group["held"]
            self._hosts[group["host"]] += group["held"]
        for group in groups:
            if group["lane"] and self._lanes[group["lane"]] >= group["limit"]:
                self._full_lanes.add(group["lane"])
            if group["host"] and self._hosts[group["host"]] >= self._limits.connections:
                self._full_hosts.add(group["host"])

    def _due(self, chosen: list[UUID]) -> QuerySet[Work]:
        due = Work.objects.filter(due_on__lte=Now(), worker=None, kind__in=self._kinds)
        due = due.exclude(lane__in=self._full_lanes).exclude(host__in=self._full_hosts)
        due = due.exclude(pk__in=chosen)
        return due.order_by("due_on").select_for_update(skip_locked=True)

    def _has_room(self, work: Work) -> bool:
        if work.lane and self._lanes[work.lane] >= work.lane_limit:
            self._full_lanes.add(work.lane)
            return False
        if work.host and (
            self._hosts[work.host] >= self._limits.connections
            or self._begun[work.host] >= self._limits.sign_ins_per_second
        ):
            self._full_hosts.add(work.host)
            return False
        self._lanes[work.lane] += 1
        self._hosts[work.host] += 1
        self._begun[work.host] += 1
        return True


def _take_turns() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURNS])


def _lease(work: Work, worker_id: UUID) -> Lease:
    ends = time.monotonic() + kind_named(work.kind).deadline_seconds
    return Lease(work.pk, work.kind, work.key, work.epoch, worker_id, work.attempts, ends)
