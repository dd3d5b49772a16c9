"""The steps of a person: plan, discard, start, pause, go on, stop, next wave now.

Each is one transaction with one entry in the audit. `now` is an argument, so that a demonstration
may live in faster time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.faults.waves import (
    HoursUnclear,
    NothingToPlan,
    PaceHolds,
    PlanNotOpen,
    WaveNotThrough,
    WavesRun,
)
from passerelle.guids import guid_of
from passerelle.mailboxes.choosing.wanted import Wanted
from passerelle.mailboxes.models import Wave, WaveMember, WavePlan
from passerelle.mailboxes.models.choices import ActDeliveryMethod
from passerelle.mailboxes.models.waves import PlanState
from passerelle.mailboxes.waves.choosing import choose
from passerelle.mailboxes.waves.planning import Hours, Pace, next_allowed, waves_of

log = structlog.get_logger(__name__)

KIND = "waves"
DRAFTS_KEPT = timedelta(days=30)
BATCH = 2_000
_ASKED = {"name", "wave_size", "gap_minutes", "hours_from", "hours_until"}  # of a person
NOT_ASKED = {field.name for field in WavePlan._meta.concrete_fields} - _ASKED


def pace_of(plan: WavePlan) -> Pace:
    """The plan's pace as the planner wants it, in the organization's time zone."""
    hours = None
    if plan.hours_from is not None and plan.hours_until is not None:
        hours = Hours(plan.hours_from, plan.hours_until)
    gap = timedelta(minutes=plan.gap_minutes)
    return Pace(plan.wave_size, gap, hours, timezone.get_default_timezone())


def make_plan(
    plan: WavePlan, wanted: Wanted, by: str, *, addresses: list[str] | None = None
) -> WavePlan:
    """Store a plan, made of the fields that are set on it. It starts nothing.

    Raises `ValidationError`, `NothingToPlan` or `HoursUnclear`.
    """
    if plan.hours_from is not None and plan.hours_from == plan.hours_until:
        raise HoursUnclear(hours=f"{plan.hours_from:%H:%M}-{plan.hours_until:%H:%M}")
    plan.created_by = by
    plan.full_clean(exclude=NOT_ASKED)
    chosen = choose(wanted, addresses)
    waves = waves_of(chosen.queues, chosen.users, plan.wave_size)
    if not waves:
        raise NothingToPlan
    plan.findings = chosen.findings
    plan.chosen = {"wanted": wanted.stored(), "addresses": len(addresses or [])}
    plan.total, plan.waves_total = len(chosen.queues) + len(chosen.users), len(waves)
    with transaction.atomic():
        _drop_old_drafts()
        plan.save(force_insert=True)
        Wave.objects.bulk_create(
            Wave(plan=plan, number=one.number, of_queues=one.of_queues, size=len(one.members))
            for one in waves
        )
        WaveMember.objects.bulk_create(
            (
                WaveMember(plan=plan, wave_number=one.number, mailbox_id=key)
                for one in waves
                for key in one.members
            ),
            batch_size=BATCH,
        )
    log.info("waves.planned", plan=str(plan.pk), by=by, mailboxes=plan.total, waves=len(waves))
    return plan


def discard(plan: WavePlan, by: str) -> None:
    """Throw a plan away that was never started. Raises `PlanNotOpen`."""
    with transaction.atomic():
        _locked(plan, PlanState.PLANNED).delete()
    log.info("waves.discarded", plan=str(plan.pk), by=by)


def start(plan: WavePlan, by: str, now: datetime | None = None) -> WavePlan:
    """Start the first wave as soon as the hours allow. Raises `PlanNotOpen` or `WavesRun`."""
    now = now or timezone.now()
    values = {"started_on": now, "started_by": by, "next_on": now}
    return _run(plan, [PlanState.PLANNED], by, "start", values)


def go_on(plan: WavePlan, by: str, now: datetime | None = None) -> WavePlan:
    """Go on where the plan was paused: no earlier than its next time. Raises as `start` does."""
    del now  # the next time stays what it was; if it is past, the next wave is due
    return _run(plan, [PlanState.PAUSED], by, "continue", {})


def pause(plan: WavePlan, by: str) -> WavePlan:
    """Start no further wave until somebody goes on; tests that run end. Raises `PlanNotOpen`."""
    return _change(plan, [PlanState.RUNNING], by, "pause", {"state": PlanState.PAUSED})


def stop(plan: WavePlan, by: str, now: datetime | None = None) -> WavePlan:
    """End the plan; what is enabled stays enabled. Raises `PlanNotOpen`."""
    values = {"state": PlanState.STOPPED, "finished_on": now or timezone.now(), "next_on": None}
    return _change(plan, [PlanState.RUNNING, PlanState.PAUSED], by, "stop", values)


def hasten(plan: WavePlan, by: str, now: datetime | None = None) -> WavePlan:
    """Start the next wave now instead of after the gap; the allowed hours still hold.

    Only for email alone, where the pace is advice. Raises `PlanNotOpen`, `WaveNotThrough` or
    `PaceHolds`.
    """
    if holds_act(plan):
        raise PaceHolds(plan=plan.name)
    if not may_hasten(plan):
        raise WaveNotThrough(plan=plan.name)
    values = {"next_on": next_allowed(now or timezone.now(), pace_of(plan))}
    return _change(plan, [PlanState.RUNNING], by, "next", values)


def may_hasten(plan: WavePlan) -> bool:
    """Whether a wave is through, another one waits, and nothing but the gap is between them."""
    if plan.state != PlanState.RUNNING or not 1 < plan.next_wave <= plan.waves_total:
        return False
    last = plan.waves.filter(number=plan.next_wave - 1, through_on__isnull=False)
    return last.exists() and not holds_act(plan)


def holds_act(plan: WavePlan) -> bool:
    """Whether the last wave rebuilds the mapping table, for which the pace was advised."""
    last = plan.members.filter(wave_number=plan.next_wave - 1)
    return last.filter(mailbox__act_method=ActDeliveryMethod.SERVER_SIDE).exists()


def _run(
    plan: WavePlan, states: Iterable[PlanState], by: str, step: str, values: Mapping[str, object]
) -> WavePlan:
    try:
        with transaction.atomic():
            if WavePlan.objects.filter(state=PlanState.RUNNING).exclude(pk=plan.pk).exists():
                raise WavesRun
            return _change(plan, states, by, step, {**values, "state": PlanState.RUNNING})
    except IntegrityError as error:  # two started at the same moment; the constraint held
        raise WavesRun from error


def _change(
    plan: WavePlan, states: Iterable[PlanState], by: str, step: str, values: Mapping[str, object]
) -> WavePlan:
    with transaction.atomic():
        stored = _locked(plan, *states)
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save(update_fields=list(values))
        detail = {"step": step, "plan": stored.name, "count": stored.total}
        crm.note(AuditAction.WAVES_CHANGED, Subject("waveplan", stored.pk), by, detail)
        ask(KIND, stored.pk)
    log.info("waves.changed", plan=str(stored.pk), by=by, step=step)
    return stored


def _locked(plan: WavePlan, *states: PlanState) -> WavePlan:
    stored = WavePlan.objects.select_for_update().filter(pk=plan.pk, state__in=states).first()
    if stored is None:
        raise PlanNotOpen(plan=plan.name)
    return stored


def _drop_old_drafts() -> None:
    old = timezone.now() - DRAFTS_KEPT
    WavePlan.objects.filter(state=PlanState.PLANNED, created_on__lt=old).delete()


def plan_named(name: str) -> WavePlan | None:
    """The plan with that GUID or name; None when there is none or more than one."""
    guid = guid_of(name)
    plans = WavePlan.objects.filter(name=name) if guid is None else WavePlan.objects.filter(pk=guid)
    found = list(plans[:2])
    return found[0] if len(found) == 1 else None
