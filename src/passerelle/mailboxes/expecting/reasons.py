"""The one reason why a direction runs when it does, or does not. Pure.

Of all that may be in the way the first counts that would still be there if the others were gone:
what a person has to decide comes before what time heals.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Why(Enum):
    """Each has its sentence in `sentences`."""

    WAVE = "wave"
    WAVE_PAUSED = "wave-paused"
    SWITCH = "switch"
    HINDERED = "hindered"
    RUNNING = "running"
    REFUSED = "refused"
    NOTHING_TO_SEND = "nothing-to-send"
    NOT_ASKED = "not-asked"
    AFTER_CHANGE = "after-change"
    BACK_OFF = "back-off"
    POLLING = "polling"
    EMAIL_DUE = "email-due"
    NO_WORKER = "no-worker"
    LANE_FULL = "lane-full"
    HOST_FULL = "host-full"
    ANY_MOMENT = "any-moment"


@dataclass(frozen=True, slots=True)
class InWave:
    """A wave that the mailbox waits for; no time where its plan is paused."""

    plan: str
    number: int
    planned_on: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What `why` looks at."""

    now: datetime
    incoming: bool
    enabled: bool
    by_router: bool = False  # the switch says so
    hindered: bool = False  # by something that a person can change
    wave: InWave | None = None
    running_since: datetime | None = None
    due_on: datetime | None = None
    failed: bool = False  # the last run
    refused_until: datetime | None = None
    lane_full: bool = False
    host_full: bool = False
    workers: bool = True


def why(facts: Facts) -> Why:
    """The reason."""
    if not facts.enabled and facts.wave is not None:
        return Why.WAVE if facts.wave.planned_on else Why.WAVE_PAUSED
    if not facts.enabled:
        return Why.HINDERED
    if facts.by_router:
        return Why.SWITCH
    if facts.hindered:
        return Why.HINDERED
    if facts.running_since is not None:
        return Why.RUNNING
    if facts.refused_until is not None and facts.refused_until > facts.now:
        return Why.REFUSED
    if facts.due_on is None:
        return _resting(facts)
    return _coming(facts) if facts.due_on > facts.now else _due(facts)


def _resting(facts: Facts) -> Why:
    if facts.failed:
        return Why.AFTER_CHANGE
    if not facts.incoming:
        return Why.NOTHING_TO_SEND
    return Why.NOT_ASKED


def _coming(facts: Facts) -> Why:
    if facts.failed:
        return Why.BACK_OFF
    return Why.POLLING if facts.incoming else Why.EMAIL_DUE


def _due(facts: Facts) -> Why:
    if not facts.workers:
        return Why.NO_WORKER
    if facts.lane_full:
        return Why.LANE_FULL
    return Why.HOST_FULL if facts.host_full else Why.ANY_MOMENT
