"""The organization's rules of tracking: read, and changed under audit.

They hold from the next cycle of each mailbox on; what was decided before stays as it was.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import transaction

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.mailboxes.models import TrackingRules
from passerelle.mailboxes.tracking.kind import EMAIL_HASHES, RECORD_LIMITS, THE_ONE
from passerelle.tracking import EARLIER_MOST, TokenFormat, format_as_text

log = structlog.get_logger()

SUBJECT = Subject("trackingsettings")
CREATING = frozenset({"create_automatically", "create_by_choice", "created_most"})
# What is compared of an email depends on these: changed, that is found out anew.
SMART_MATCHING = frozenset(
    {"smart_matching", "words_apart", "words_ignored", "hashes_most", "people_least"}
)
CHANGEABLE = frozenset(
    {
        "own_filter_only",
        "forced_filter",
        "own_options",
        "internal_to_queues",
        "internal_from_queues_ignored",
        "items_for_recipients",
        "item_for_read_queue",
        "items_for_tracked",
        "forwards_are_replies",
        "plus_addresses",
        "sender_unresolved",
        "recipients_unresolved",
        "inactive_meant",
        "bounces_tracked",
        "receipts_tracked",
        *SMART_MATCHING,
        "smart_matching_trusted",
        "earlier_tokens",
        "folders_most",
        "track_sent",
        *CREATING,
    }
)


def tracking_rules() -> TrackingRules:
    """The rules as they are stored now; our defaults where nobody changed any."""
    return TrackingRules.objects.first() or TrackingRules()


def save_tracking_rules(values: Mapping[str, Any], by: str) -> TrackingRules:
    """Change what is named. Raises `ValidationError`, by field."""
    with transaction.atomic():
        stored, detail = crm.change_only_row(
            TrackingRules,
            values,
            changeable=CHANGEABLE,
            action=AuditAction.SETTINGS_CHANGED,
            subject=SUBJECT,
            by=by,
        )
        if stored.smart_matching and not SMART_MATCHING.isdisjoint(detail):
            ask(EMAIL_HASHES, THE_ONE)  # first: that work locks its own row before the other, too
            crm.begin_hashing()
        if not CREATING.isdisjoint(detail):
            ask(RECORD_LIMITS, THE_ONE)  # an alert of the limit may be over by that
    log.info("tracking.rules-changed", by=by, names=sorted(detail))
    return stored


def remember_format(former: TokenFormat, by: str) -> None:
    """Go on reading the tokens that were written until now; the oldest of too many is forgotten."""
    line = format_as_text(former)
    lines = tracking_rules().earlier_tokens.splitlines()
    kept = [line, *(one for one in lines if one.split() != line.split())][:EARLIER_MOST]
    save_tracking_rules({"earlier_tokens": "\n".join(kept)}, by)
