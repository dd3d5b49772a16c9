"""A lease: one worker's right to one piece of work, until its epoch is over.

Values only; `claiming` hands them out and `fencing` checks them. Decision 0005.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from passerelle.engine.tally import Tally


@dataclass(frozen=True, slots=True)
class Lease:
    """The work, the epoch in which it is ours, and until when it should be finished."""

    work_id: UUID
    kind: str
    key: UUID
    epoch: int
    worker_id: UUID
    attempts: int  # failed ones in a row before this one
    ends: float  # on this process's monotonic clock
    tally: Tally = field(default_factory=Tally, compare=False, repr=False)

    @property
    def name(self) -> str:
        """How alerts and logs call the work."""
        return f"{self.kind} {self.key}"

    def seconds_left(self) -> float:
        """Until the deadline; never negative, so that it can be given on as a time-out."""
        return max(0.0, self.ends - time.monotonic())


@dataclass(frozen=True, slots=True)
class Again:
    """When the work is due again: after so many seconds, or (None) not before it is asked for."""

    after_seconds: float | None


@dataclass(frozen=True, slots=True)
class WorkState:
    """What pages show of a piece of work."""

    due_on: datetime | None
    running: bool
    attempts: int
    last_started_on: datetime | None
    last_finished_on: datetime | None
    last_code: str
