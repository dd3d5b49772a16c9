"""Whether the product does its work, in one quick answer for load balancers and monitors.

No names, no addresses, no secrets: words and figures. The answer is kept for a second, so that
many askers cost the database one look a second.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from passerelle.engine.services import (
    database_now,
    require_up_to_date,
    work_figures,
    workers_alive,
)
from passerelle.faults import Fault
from passerelle.faults.store import DatabaseOutdated

KEPT_SECONDS = 1.0
SHAPE_KEPT_SECONDS = 60.0  # the migrations are read from the disk, and change at a start only


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready` when every check says so; a check's value is "ok", a code, or a figure."""

    ready: bool
    checks: dict[str, str | int]


class Watch:
    """The readiness of this process's installation, asked at most once a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: tuple[float, Readiness] | None = None
        self._shape_until = 0.0

    def readiness(self) -> Readiness:
        """Never raises: a database that does not answer is an answer."""
        now = self._clock()
        if self._kept is None or now - self._kept[0] >= KEPT_SECONDS:
            self._kept = now, self._look(now)
        return self._kept[1]

    def _look(self, now: float) -> Readiness:
        checks: dict[str, str | int] = {}
        try:
            database_now()
            checks["database"] = "ok"
            if now >= self._shape_until:
                require_up_to_date()
                self._shape_until = now + SHAPE_KEPT_SECONDS
            checks["migrations"] = "ok"
            checks["workers"] = workers_alive()
            checks["late_work"] = sum(one.late for one in work_figures())
        except Fault as fault:
            name = "migrations" if isinstance(fault, DatabaseOutdated) else "database"
            checks[name] = fault.code
        ready = checks.get("migrations") == "ok" and bool(checks["workers"])
        return Readiness(ready and not checks["late_work"], checks)


watch = Watch()
