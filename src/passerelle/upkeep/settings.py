"""The settings of upkeep: read, and changed by a person with an entry in the audit."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import transaction

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.upkeep.asking import ask_for_upkeep
from passerelle.upkeep.models import UpkeepSettings

log = structlog.get_logger(__name__)

SUBJECT = Subject("upkeepsettings")
CHANGEABLE = frozenset(
    {
        "backup_hours",
        "backups_kept",
        "ignored_days",
        "alert_days",
        "test_days",
        "timeline_days",
        "session_days",
        "raw_days",
        "audit_days",
    }
)


def upkeep_settings() -> UpkeepSettings:
    """The row, made with our defaults at the first call."""
    found = UpkeepSettings.objects.first()
    return found or UpkeepSettings.objects.get_or_create(only=True)[0]


def save_upkeep_settings(values: Mapping[str, Any], by: str) -> UpkeepSettings:
    """Change what is named; what follows from it is asked for at once. Raises `ValidationError`."""
    with transaction.atomic():
        stored, detail = crm.change_only_row(
            UpkeepSettings,
            values,
            changeable=CHANGEABLE,
            action=AuditAction.UPKEEP_CHANGED,
            subject=SUBJECT,
            by=by,
        )
        ask_for_upkeep()
    log.info("upkeep.changed", by=by, names=sorted(detail))
    return stored
