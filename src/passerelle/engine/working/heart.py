"""The heartbeat of a worker: a thread that keeps its leases and buries the dead."""

import threading
from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import close_old_connections, connection

from passerelle.engine.store import store_faults
from passerelle.engine.working.workers import beat, remove_dead
from passerelle.faults.store import StoreAway

log = structlog.get_logger(__name__)


class Heart:
    """Beats for one worker until stopped, or until the worker turns out to be removed."""

    def __init__(
        self,
        worker_id: UUID,
        *,
        beat_seconds: float,
        lease_seconds: float,
        on_beat: Callable[[], None] | None,
        on_missed: Callable[[StoreAway], None] | None = None,
    ) -> None:
        self._worker_id = worker_id
        self._beat_seconds = beat_seconds
        self._lease_seconds = lease_seconds
        self._on_beat = on_beat
        self._on_missed = on_missed
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._live, name="heart", daemon=True)
        self.lost = False  # the worker was taken for dead: it holds no lease any more

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _live(self) -> None:
        try:
            self._beat_on()
        finally:
            # A heart that breaks by an error of ours is as good as dead: its worker enlists anew.
            self.lost = self.lost or not self._stopped.is_set()
            connection.close()

    def _beat_on(self) -> None:
        away = ""
        while not self.lost and not self._stopped.wait(self._beat_seconds):
            try:
                self._beat()
                away = ""
            except StoreAway as fault:
                log.warning("heart.store_away", code=fault.code)
                close_old_connections()
                if self._on_missed is not None and fault.code != away:
                    self._on_missed(fault)  # once an outage, however many beats it lasts
                away = fault.code

    def _beat(self) -> None:
        self.lost = not beat(self._worker_id)
        removed = remove_dead(self._lease_seconds)
        if removed:
            log.warning("worker.removed_dead", workers=removed)
        if self._on_beat is not None:
            with store_faults():
                self._on_beat()
