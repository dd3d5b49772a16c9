"""The alert of a mailbox from which more unknown senders wrote within a day than records are made.

It closes by itself: with new email when there is room again; without any within an hour of that;
and at once when the rules change and nothing is made any more, or more may be.
"""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SYSTEM, SubjectKind
from passerelle.crm.automatic import Making, full_mailboxes, has_reached
from passerelle.engine.services import Again, Lease, ask, database_now, register
from passerelle.faults import Fault
from passerelle.faults.mail.tracking import TooManyRecordsMade
from passerelle.mailboxes.tracking.kind import RECORD_LIMITS, THE_ONE
from passerelle.mailboxes.tracking.storing import tracking_rules

ACTIVITY = "records"
LOOK = timedelta(hours=1)  # while an alert is open
DEADLINE_SECONDS = 60.0


def register_limits() -> None:
    """Tell the engine what this work does."""
    register(RECORD_LIMITS, run, deadline_seconds=DEADLINE_SECONDS, failed=_failed)


def tell_record_limit(mailbox: UUID, most: int) -> None:
    """Open the alert of a mailbox that was just read, or close it."""
    if has_reached(Making(mailbox, most, timezone.now())):
        alerts.record(SubjectKind.MAILBOX, mailbox, ACTIVITY, TooManyRecordsMade(count=most))
        ask(RECORD_LIMITS, THE_ONE, due=database_now() + LOOK)
    else:
        alerts.heal(SubjectKind.MAILBOX, mailbox, ACTIVITY)


def run(_lease: Lease) -> Again:
    """Close what is over, and look again while some are open."""
    rules = tracking_rules()
    full = full_mailboxes(rules.created_most, timezone.now()) if rules.wish.is_possible else ()
    left = alerts.heal_all(SubjectKind.MAILBOX, ACTIVITY, but=full)
    alerts.heal(SubjectKind.SYSTEM, SYSTEM, RECORD_LIMITS)
    return Again(LOOK.total_seconds() if left else None)


def _failed(_lease: Lease, fault: Fault) -> None:
    alerts.record(SubjectKind.SYSTEM, SYSTEM, RECORD_LIMITS, fault)
