"""Starts one wave: its tests are asked for, and gaps are noted, in one transaction.

A mailbox of which no direction can be tried is left out with its reason and keeps nobody waiting;
all others are tested, and what passes is enabled (`mailboxes/testing`).
"""

from datetime import datetime

import structlog
from django.db import transaction

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults.mailboxes import NotServerSide
from passerelle.mailboxes.models import Mailbox, SystemSettings, Wave, WaveMember, WavePlan
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.waves import MemberOutcome, PlanState
from passerelle.mailboxes.services.hindrances import cannot_connect, is_enabled, is_server_side
from passerelle.mailboxes.services.processing import RELATED, current_settings
from passerelle.mailboxes.testing.requests import queue_tests
from passerelle.mailboxes.waves.crash_points import AFTER_WAVE, IN_WAVE
from passerelle.mailboxes.waves.gaps import gap_from
from passerelle.mailboxes.waves.planning import next_allowed
from passerelle.mailboxes.waves.plans import pace_of

log = structlog.get_logger(__name__)

BATCH = 500


def start_wave(plan: WavePlan, lease: Lease, now: datetime) -> None:
    """Start the plan's next wave, unless a person stopped or paused the plan meanwhile."""
    with transaction.atomic():
        fence(lease)
        stored = WavePlan.objects.select_for_update().filter(
            pk=plan.pk, state=PlanState.RUNNING, next_wave=plan.next_wave
        )
        if stored.first() is None:
            return
        started = _start_members(plan, now)
        crash_point(IN_WAVE)
        Wave.objects.filter(plan=plan, number=plan.next_wave).update(started_on=now)
        number = plan.next_wave + 1
        is_last = number > plan.waves_total
        pace = pace_of(plan)
        following = None if is_last else next_allowed(now + pace.gap, pace)
        stored.update(next_wave=number, next_on=following, last_code="")
    log.info("waves.started", plan=str(plan.pk), wave=plan.next_wave, mailboxes=started)
    crash_point(AFTER_WAVE)


def _start_members(plan: WavePlan, now: datetime) -> int:
    """Ask for the tests of those that can be tried; how many they are."""
    related = (f"mailbox__{name}" for name in ("profile", *RELATED))
    members = WaveMember.objects.filter(plan=plan, wave_number=plan.next_wave)
    rows = list(members.filter(outcome=MemberOutcome.WAITING).select_related(*related))
    settings = current_settings()
    for member in rows:
        member.outcome, member.code = _outcome(member.mailbox, settings)
        if member.outcome == MemberOutcome.STARTED:
            member.gap_from = _gap(member.mailbox, now)
    able = [row.mailbox_id for row in rows if row.outcome == MemberOutcome.STARTED]
    runs = {run.mailbox_id: run.pk for run in queue_tests(able, plan.started_by)}
    for member in rows:
        member.run_id = runs.get(member.mailbox_id)
    columns = ["outcome", "code", "gap_from", "run_id"]
    WaveMember.objects.bulk_update(rows, columns, batch_size=BATCH)
    return len(able)


def _outcome(mailbox: Mailbox, settings: SystemSettings) -> tuple[MemberOutcome, str]:
    served = [way for way in Direction if is_server_side(mailbox, way)]
    if not served:
        return MemberOutcome.LEFT_OUT, NotServerSide.code
    if all(is_enabled(mailbox, way) for way in served):
        return MemberOutcome.ALREADY, ""
    faults = [cannot_connect(mailbox, way, settings) for way in served]
    if all(faults) and faults[0] is not None:
        return MemberOutcome.LEFT_OUT, faults[0].code
    return MemberOutcome.STARTED, ""


def _gap(mailbox: Mailbox, now: datetime) -> datetime | None:
    profile = mailbox.profile
    since = profile.process_emails_received_after if profile else None
    return gap_from(mailbox.process_email_received_after, since, mailbox.enabled_on or now)
