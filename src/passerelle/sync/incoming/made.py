"""The alert of a mailbox from which more unknown senders wrote within a day than records are made.

It closes with the first new email after the day, or when the limit is raised.
"""

from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm.automatic import Making, has_reached
from passerelle.faults.tracking import TooManyRecordsMade
from passerelle.sync.incoming.desk import Desk

ACTIVITY = "records"


def tell_limit(desk: Desk) -> None:
    """Open the alert, or close it."""
    if has_reached(Making(desk.mailbox, desk.created_most, timezone.now())):
        fault = TooManyRecordsMade(count=desk.created_most)
        alerts.record(SubjectKind.MAILBOX, desk.mailbox, ACTIVITY, fault)
    else:
        alerts.heal(SubjectKind.MAILBOX, desk.mailbox, ACTIVITY)
