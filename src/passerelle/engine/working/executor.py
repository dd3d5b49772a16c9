"""A worker process: claims what is due for its free threads, and ends when it is told to.

It is woken when work ends, and otherwise looks at the due table once a second with one cheap
query. It outlives a restart of the database. Work that does not end long after its deadline is
taken from its thread; a thread that stays lost ends the process, and its supervisor starts
another. Decision 0005.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from uuid import UUID

import structlog
from django.db import close_old_connections, connection

from passerelle.engine.kinds import kind_named
from passerelle.engine.leases.claiming import claim, seconds_until_due
from passerelle.engine.leases.lease import Lease
from passerelle.engine.pacing import HostLimits
from passerelle.engine.working.heart import Heart
from passerelle.engine.working.pool import Pool
from passerelle.engine.working.workers import LEASE_SECONDS, discharge, enlist, remove_dead
from passerelle.faults.store import StoreAway, StoreFault, WorkTooSlow

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a worker lives, in seconds; tests live faster."""

    lease: float = LEASE_SECONDS
    beat: float = 5.0
    poll: float = 1.0
    stop: float = 8.0  # after SIGTERM, for what runs to end by itself
    overdue: float = 60.0  # past the deadline, until work is taken from its thread


class Executor:
    """Runs due work on a pool of threads until `stop` is called."""

    def __init__(
        self,
        threads: int,
        *,
        pace: Pace | None = None,
        limits: Callable[[], HostLimits] = HostLimits,
        on_beat: Callable[[], None] | None = None,
        on_missed: Callable[[StoreAway], None] | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._limits = limits
        self._on_beat = on_beat
        self._on_missed = on_missed
        # A SimpleQueue: a signal's handler may put into it whatever the thread was doing.
        self._wakeups: SimpleQueue[None] = SimpleQueue()
        self._pool = Pool(threads, self._wake)
        self._enlisted: tuple[UUID, Heart] | None = None
        self._taken_away: set[Lease] = set()
        self._stopping = False
        self._store_away = False

    def stop(self) -> None:
        """Claim nothing more and end. May be called by a signal's handler."""
        self._stopping = True
        self._wake()

    def run(self) -> bool:
        """Work until stopped. True: every thread ended, and none was broken or lost."""
        self._pool.start()
        while not (self._stopping or self._pool.broken):
            self._sleep(self._guarded(self._turn))
        ends = time.monotonic() + self._pace.stop
        while self._pool.running() and time.monotonic() < ends:
            self._sleep(ends - time.monotonic())
        self._pool.stop()
        self._guarded(self._leave)
        connection.close()
        return not self._pool.running() and not self._pool.broken

    def _turn(self) -> float:
        """Look once; how long to sleep until the next look."""
        worker_id = self._enlist()
        self._pool.end_kept()
        self._watch()
        free = self._pool.free
        if not free:
            return self._pace.poll
        wait = seconds_until_due(self._pace.poll)
        if wait:
            return wait
        leases = claim(worker_id, free, limits=self._limits())
        for lease in leases:
            self._pool.give(lease)
        # Due but not claimed is over a limit: as good as not due.
        return 0.0 if leases else self._pace.poll

    def _enlist(self) -> UUID:
        if self._enlisted is not None:
            worker_id, heart = self._enlisted
            if not heart.lost:
                return worker_id
            log.warning("worker.was_taken_for_dead", worker=str(worker_id))
        remove_dead(self._pace.lease)
        worker_id = enlist()
        heart = Heart(
            worker_id,
            beat_seconds=self._pace.beat,
            lease_seconds=self._pace.lease,
            on_beat=self._on_beat,
            on_missed=self._on_missed,
        )
        heart.start()
        self._enlisted = worker_id, heart
        log.info("worker.enlisted", worker=str(worker_id))
        return worker_id

    def _watch(self) -> None:
        """Take overdue work from its thread; a thread that stays lost ends the process."""
        running = self._pool.running()
        self._taken_away.intersection_update(running)
        for lease in running:
            overdue = time.monotonic() - lease.ends
            if overdue > 2 * self._pace.overdue:
                log.error("worker.thread_lost", kind=lease.kind, key=str(lease.key))
                self._pool.broken = True
            elif overdue > self._pace.overdue and lease not in self._taken_away:
                self._taken_away.add(lease)
                seconds = round(kind_named(lease.kind).deadline_seconds)
                self._pool.end(lease, WorkTooSlow(work=lease.name, seconds=seconds))

    def _leave(self) -> float:
        if self._enlisted is not None:
            worker_id, heart = self._enlisted
            heart.stop()
            discharge(worker_id)
            log.info("worker.discharged", worker=str(worker_id))
        return 0.0

    def _guarded(self, turn: Callable[[], float]) -> float:
        """A turn that survives the loss of the store."""
        try:
            wait = turn()
        except StoreFault as fault:
            if not self._store_away:
                log.error("store.away", code=fault.code)  # noqa: TRY400 - not a surprise
            self._store_away = True
            close_old_connections()
            return self._pace.poll
        if self._store_away:
            log.info("store.back")
        self._store_away = False
        return wait

    def _wake(self) -> None:
        self._wakeups.put(None)

    def _sleep(self, seconds: float) -> None:
        """Until woken, at most so long; wakings that came meanwhile count as one."""
        try:
            if seconds > 0:
                self._wakeups.get(timeout=seconds)
            while True:
                self._wakeups.get_nowait()
        except Empty:
            return
