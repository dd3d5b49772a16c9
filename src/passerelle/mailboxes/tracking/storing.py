"""The organization's rules of tracking: read, and changed under audit.

They hold from the next cycle of each mailbox on; what was decided before stays as it was.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.mailboxes.models import TrackingRules

log = structlog.get_logger()

SUBJECT = Subject("trackingsettings")
CHANGEABLE = frozenset(
    {
        "own_filter_only",
        "forced_filter",
        "internal_to_queues",
        "internal_from_queues_ignored",
        "items_for_recipients",
        "item_for_read_queue",
        "items_for_tracked",
        "forwards_are_replies",
    }
)


def tracking_rules() -> TrackingRules:
    """The rules as they are stored now; our defaults where nobody changed any."""
    return TrackingRules.objects.first() or TrackingRules()


def save_tracking_rules(values: Mapping[str, Any], by: str) -> TrackingRules:
    """Change what is named. Raises `ValidationError`, by field."""
    stored, detail = crm.change_only_row(
        TrackingRules,
        values,
        changeable=CHANGEABLE,
        action=AuditAction.SETTINGS_CHANGED,
        subject=SUBJECT,
        by=by,
    )
    log.info("tracking.rules-changed", by=by, names=sorted(detail))
    return stored
