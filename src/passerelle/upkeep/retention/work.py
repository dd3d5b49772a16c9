"""Retention as work of the engine: chunk after chunk, each a short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.alerts.services import SYSTEM, SubjectKind, heal
from passerelle.engine.services import Again, Lease, crash_point, fence
from passerelle.upkeep.asking import RETENTION
from passerelle.upkeep.installation import standing
from passerelle.upkeep.models import UpkeepSettings
from passerelle.upkeep.retention.rules import RULES, Rule
from passerelle.upkeep.settings import upkeep_settings

log = structlog.get_logger(__name__)

ENOUGH_SECONDS = 60.0
GAP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Going:
    """What a rule would remove now; `days` is zero when it keeps for ever."""

    label: str
    days: int
    count: int


def preview(settings: UpkeepSettings | None = None) -> list[Going]:
    """Each rule with the number that would go, counted up to 10,000. Changes nothing."""
    settings = settings or upkeep_settings()
    now = timezone.now()
    return [
        Going(gettext(rule.label), days, rule.count(now - timedelta(days=days)) if days else 0)
        for rule in RULES
        for days in [getattr(settings, rule.field)]
    ]


def run_retention(lease: Lease, rules: Sequence[Rule] = RULES) -> Again:
    """Remove what is over; due again in an hour, or at once when the time was up before the end."""
    if standing().is_copy:
        return Again(None)
    settings, now = upkeep_settings(), timezone.now()
    for rule in rules:
        days = getattr(settings, rule.field)
        if days and not _carry_out(lease, rule, now - timedelta(days=days)):
            return Again(0.0)
    heal(SubjectKind.SYSTEM, SYSTEM, RETENTION)
    return Again(GAP_SECONDS)


def _carry_out(lease: Lease, rule: Rule, before: datetime) -> bool:
    """Whether nothing is left of it."""
    removed = 0
    while True:
        if lease.seconds_left() < ENOUGH_SECONDS:
            return False
        with transaction.atomic():
            fence(lease)
            gone = rule.remove(before)
        crash_point("retention.chunk")
        if not gone:
            break
        removed += gone
    if removed:
        log.info("retention.removed", rule=rule.field, count=removed)
    return True
