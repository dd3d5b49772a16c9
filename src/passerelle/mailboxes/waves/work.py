"""A plan as work of the engine: it looks at what was started, starts what is due, and waits.

Killed anywhere, the next run goes on from the rows; a wave is started in one transaction, so it
is never started twice. The clock is an argument: a demonstration may live faster.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.mailboxes.models import WavePlan
from passerelle.mailboxes.models.waves import PlanState
from passerelle.mailboxes.waves.crash_points import FINISHED
from passerelle.mailboxes.waves.planning import Standing, Step, decide, next_allowed
from passerelle.mailboxes.waves.plans import KIND, pace_of
from passerelle.mailboxes.waves.settling import settle
from passerelle.mailboxes.waves.starting import start_wave

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
DEADLINE_SECONDS = 300.0
LOOK_SECONDS = 5.0  # between two looks at tests and first cycles
LONGEST_SECONDS = 3_600.0  # a clock that is set right meanwhile is noticed within the hour


def register_waves(clock: Clock = timezone.now) -> None:
    """Have the engine run plans by this clock."""
    register(KIND, partial(run, clock=clock), deadline_seconds=DEADLINE_SECONDS, failed=failed)


def run(lease: Lease, clock: Clock) -> Again:
    """One look at a plan; `Again` says when the next one is due."""
    plan = WavePlan.objects.filter(pk=lease.key).first()
    if plan is None or plan.state == PlanState.PLANNED:
        return Again(None)
    now = clock()
    unsettled = settle(plan, lease, now)
    pace = pace_of(plan)
    running = plan.state == PlanState.RUNNING
    standing = Standing(running, plan.waves_total, plan.next_wave, plan.next_on, unsettled)
    match decide(standing, now, pace):
        case Step.START:
            start_wave(plan, lease, now)
            return Again(0.0)
        case Step.WAIT:
            due = next_allowed(max(plan.next_on or now, now), pace)
            gap = min(LONGEST_SECONDS, max(0.0, (due - now).total_seconds()))
            return Again(min(gap, LOOK_SECONDS) if unsettled else gap)
        case Step.LOOK:
            return Again(LOOK_SECONDS)
        case Step.FINISH:
            _finish(plan, lease, now)
            return Again(None)
        case Step.REST:
            return Again(None)


def failed(lease: Lease, fault: Fault) -> None:
    """Tell the page and open an alert; the work is tried again as the fault allows."""
    WavePlan.objects.filter(pk=lease.key).update(last_code=fault.code, last_facts=fault.facts)
    alerts.record(SubjectKind.SYSTEM, lease.key, KIND, fault)


def _finish(plan: WavePlan, lease: Lease, now: datetime) -> None:
    with transaction.atomic():
        fence(lease)
        running = WavePlan.objects.filter(pk=plan.pk, state=PlanState.RUNNING)
        done = running.update(state=PlanState.DONE, finished_on=now, next_on=None, last_code="")
    if done:
        log.info("waves.done", plan=str(plan.pk))
    alerts.heal(SubjectKind.SYSTEM, plan.pk, KIND)
    crash_point(FINISHED)
