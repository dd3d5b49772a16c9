"""Has mailboxes begin where their gap begins: a person's decision, for some or for all.

Before its wave a mailbox gets a start of its own; after it the start is moved back, and what was
passed by as too old is looked at again by the next cycle. Nothing is recorded twice.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.mailboxes.models import Mailbox, WaveMember, WavePlan
from passerelle.mailboxes.services.processing import schedule
from passerelle.mailboxes.waves.reading import gaps_of

log = structlog.get_logger(__name__)

KEYS_AT_ONCE = 500


def close_gaps(
    plan: WavePlan, by: str, members: Collection[int] | None = None, now: datetime | None = None
) -> int:
    """Close the gaps of these members of the plan, or (None) all; says how many there were."""
    with transaction.atomic():
        gaps = gaps_of(plan, now or timezone.now())
        if members is not None:
            gaps = gaps.filter(pk__in=list(members))
        closed = _close(gaps.select_related("mailbox__profile"))
        if closed:
            detail = {"count": closed, "fields": ["process_email_received_after"]}
            crm.note(AuditAction.MAILBOX_CHANGED, Subject("mailbox"), by, detail)
    log.info("waves.gaps-closed", plan=str(plan.pk), by=by, count=closed)
    return closed


def _close(gaps: Iterable[WaveMember]) -> int:
    by_start: dict[datetime, list[UUID]] = {}
    for member in gaps:
        profile = member.mailbox.profile
        start = member.gap_from or (profile.process_emails_received_after if profile else None)
        if start is not None:
            by_start.setdefault(start, []).append(member.mailbox_id)
    for start, keys in by_start.items():
        for first in range(0, len(keys), KEYS_AT_ONCE):
            chunk = Mailbox.objects.filter(pk__in=keys[first : first + KEYS_AT_ONCE])
            chunk.update(process_email_received_after=start, modified_on=timezone.now())
            schedule(chunk)
    return sum(map(len, by_start.values()))
