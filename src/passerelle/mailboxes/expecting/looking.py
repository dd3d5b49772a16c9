"""Looks up what decides when a direction runs next, and tells it. Few queries a mailbox."""

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import date
from django.utils import timezone

from passerelle.alerts.services import render_raised
from passerelle.engine.services import WorkState, leases_held, state_of, workers_alive
from passerelle.faults import Fault
from passerelle.faults.mailboxes import NotEnabled, NotServerSide
from passerelle.mailboxes.expecting.reasons import Facts, InWave, Why, why
from passerelle.mailboxes.expecting.sentences import sentence
from passerelle.mailboxes.models import Mailbox, SystemSettings, WaveMember
from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing
from passerelle.mailboxes.models.waves import OPEN_STATES, MemberOutcome
from passerelle.mailboxes.services.hindrances import (
    cannot_connect,
    credential_of,
    is_enabled,
    is_server_side,
)
from passerelle.mailboxes.services.processing import asked, current_settings, host_limits
from passerelle.mailboxes.signing_in.refusals import next_try
from passerelle.mailboxes.waves.reading import planned_times


@dataclass(frozen=True, slots=True)
class Expected:
    """When a direction runs next (None: nobody knows), the reason, and its sentence."""

    when: datetime | None
    why: Why
    text: str


def expected(mailbox: Mailbox, direction: Direction, now: datetime | None = None) -> Expected:
    """Tell it. Wants `RELATED` loaded."""
    now = now or timezone.now()
    settings = current_settings()
    work = state_of(direction.value, [mailbox.pk]).get(mailbox.pk)
    hindrance = _hindrance(mailbox, direction, settings)
    place = asked(mailbox, direction)
    by_router = settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER
    facts = _facts(mailbox, direction, now, work, by_router=by_router, hindrance=hindrance)
    reason = why(facts)
    values = {
        "plan": facts.wave.plan if facts.wave else "",
        "number": facts.wave.number if facts.wave else "",
        "cause": render_raised(hindrance).cause if hindrance else "",
        "since": _told(facts.running_since),
        "until": _told(facts.refused_until),
        "host": place.host,
        "limit": place.lane_limit,
        "host_limit": host_limits().connections,
        "code": work.last_code if work else "",
        "attempts": work.attempts if work else 0,
        "seconds": _polling(mailbox, settings),
    }
    when = _moment(reason, facts)
    return Expected(when, reason, sentence(reason, {**values, "when": _told(when)}))


def _facts(
    mailbox: Mailbox,
    direction: Direction,
    now: datetime,
    work: WorkState | None,
    *,
    by_router: bool,
    hindrance: Fault | None,
) -> Facts:
    enabled = is_server_side(mailbox, direction) and is_enabled(mailbox, direction)
    place = asked(mailbox, direction)
    is_due = work is not None and work.due_on is not None and work.due_on <= now
    in_lane, at_host = leases_held(place.lane, place.host) if is_due else (0, 0)
    credential = credential_of(mailbox, direction)
    return Facts(
        now=now,
        incoming=direction == Direction.INCOMING,
        enabled=enabled,
        by_router=by_router,
        hindered=hindrance is not None,
        wave=None if enabled else _wave(mailbox, now),
        running_since=work.last_started_on if work and work.running else None,
        due_on=work.due_on if work else None,
        failed=bool(work and work.last_code),
        refused_until=next_try(place.host, credential) if credential else None,
        lane_full=in_lane >= place.lane_limit,
        host_full=at_host >= host_limits().connections,
        workers=not is_due or workers_alive() > 0,
    )


def _hindrance(mailbox: Mailbox, direction: Direction, settings: SystemSettings) -> Fault | None:
    if not is_server_side(mailbox, direction):
        return NotServerSide(mailbox=mailbox.name)
    if not is_enabled(mailbox, direction):
        return NotEnabled(mailbox=mailbox.name)
    return cannot_connect(mailbox, direction, settings)


def _wave(mailbox: Mailbox, now: datetime) -> InWave | None:
    waiting = WaveMember.objects.filter(
        mailbox=mailbox, plan__state__in=OPEN_STATES, outcome=MemberOutcome.WAITING
    )
    member = waiting.select_related("plan").first()
    if member is None:
        return None
    planned = planned_times(member.plan, now).get(member.wave_number)
    return InWave(member.plan.name, member.wave_number, planned)


def _moment(reason: Why, facts: Facts) -> datetime | None:
    if reason == Why.WAVE:
        return facts.wave.planned_on if facts.wave else None
    if reason == Why.REFUSED:
        return facts.refused_until
    return facts.due_on


def _polling(mailbox: Mailbox, settings: SystemSettings) -> int:
    own = mailbox.profile.polling_seconds if mailbox.profile else None
    return own or settings.polling_seconds


def _told(moment: datetime | None) -> str:
    return date(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
