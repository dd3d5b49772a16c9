"""The threads of a worker: each runs one lease after another and has its own connection.

They are daemons: one that hangs in a system call cannot be ended, and must not keep the process
from ending.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue

import structlog
from django.db import close_old_connections, connection

from passerelle.engine.leases.lease import Lease
from passerelle.engine.working.running import end_failed, run_lease
from passerelle.faults.store import LeaseLost, StoreFault

log = structlog.get_logger(__name__)


class Pool:
    """Runs leases on as many threads. `changed` is called whenever a thread becomes free."""

    def __init__(self, threads: int, changed: Callable[[], None]) -> None:
        self._threads = threads
        self._changed = changed
        self._queue: SimpleQueue[Lease | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._running: dict[tuple[object, int], Lease] = {}
        self._kept: list[tuple[Lease, StoreFault]] = []
        self.broken = False  # a thread died of an error of ours: the process should end

    def start(self) -> None:
        for number in range(self._threads):
            threading.Thread(target=self._work, name=f"work-{number}", daemon=True).start()

    def stop(self) -> None:
        """Let each thread end after what it runs now."""
        for _ in range(self._threads):
            self._queue.put(None)

    @property
    def free(self) -> int:
        return self._threads - len(self._running)

    def running(self) -> list[Lease]:
        with self._lock:
            return list(self._running.values())

    def give(self, lease: Lease) -> None:
        """Run it; the caller saw a free thread."""
        with self._lock:
            self._running[lease.work_id, lease.epoch] = lease
        self._queue.put(lease)

    def end(self, lease: Lease, fault: StoreFault) -> None:
        """End a lease as failed. Raises `StoreFault`, and keeps it, when that cannot be written."""
        try:
            end_failed(lease, fault)
        except LeaseLost:
            log.info("work.lease_lost", kind=lease.kind, key=str(lease.key), epoch=lease.epoch)
        except StoreFault:
            self.keep(lease, fault)
            raise

    def end_kept(self) -> None:
        """End what was kept, now that the store is back.

        One by one: raises `StoreFault` when it is away again, and the others are still kept. A
        lease that is forgotten here is held for as long as this process lives.
        """
        while (kept := self._next_kept()) is not None:
            self.end(*kept)

    def keep(self, lease: Lease, fault: StoreFault) -> None:
        """Remember a lease whose end could not be written."""
        with self._lock:
            self._kept.append((lease, fault))

    def _next_kept(self) -> tuple[Lease, StoreFault] | None:
        with self._lock:
            return self._kept.pop(0) if self._kept else None

    def _work(self) -> None:
        while (lease := self._queue.get()) is not None:
            ended = False
            try:
                self._run(lease)
                ended = True
            finally:
                self.broken |= not ended
                with self._lock:
                    del self._running[lease.work_id, lease.epoch]
                self._changed()
        connection.close()

    def _run(self, lease: Lease) -> None:
        close_old_connections()
        try:
            run_lease(lease)
        except StoreFault as fault:
            self.keep(lease, fault)
            log.warning("work.end_not_written", kind=lease.kind, key=str(lease.key))
        if connection.vendor == "sqlite":
            connection.close()  # opened again in no time, and its cache of 32 MB is given back
