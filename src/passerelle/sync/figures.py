"""Figures of the mail that went by, by outcome and status. Reads only, within bounds.

Places and emails that Passerelle made have keys that sort by time, so that what is new is found by
seeking in the primary key, however much is stored.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.guids import first_guid_of
from passerelle.sync.models import Place, Quarantine, Submission
from passerelle.sync.models.incoming import Outcome, QuarantineState
from passerelle.sync.models.outgoing import SubmissionState

MOST_COUNTED = 10_000  # nobody needs a count above it, and the database is spared


@dataclass(frozen=True, slots=True)
class Waiting:
    """What only a person ends, and what waits for its turn; each counted up to 10,000."""

    quarantined: int
    unknown: int
    to_send: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What became of messages that came, and of emails that were written, since a moment."""

    decided: dict[Outcome, int]
    written: dict[EmailStatus, int]


def waiting_for_person() -> Waiting:
    """Counted by the indexes of what is open."""
    quarantined = Quarantine.objects.filter(state=QuarantineState.WAITING)[:MOST_COUNTED].count()
    lost = Submission.objects.filter(state=SubmissionState.UNKNOWN)[:MOST_COUNTED].count()
    open_ones = (SubmissionState.WAITING, SubmissionState.MARKED)
    to_send = Submission.objects.filter(state__in=open_ones)[:MOST_COUNTED].count()
    return Waiting(quarantined, lost, to_send)


def traffic_since(moment: datetime) -> Traffic:
    """Each outcome and each status of outgoing email; those without any are zero."""
    since = first_guid_of(moment)
    places = Place.objects.filter(pk__gte=since).values_list("outcome").annotate(n=Count("pk"))
    emails = Email.objects.filter(pk__gte=since, direction_code=True)
    statuses = emails.values_list("statuscode").annotate(n=Count("pk"))
    decided, written = dict(places.order_by()), dict(statuses.order_by())
    outgoing = (EmailStatus.PENDING_SEND, EmailStatus.SENDING, EmailStatus.SENT, EmailStatus.FAILED)
    return Traffic(
        {outcome: decided.get(outcome, 0) for outcome in Outcome},
        {status: written.get(status, 0) for status in outgoing},
    )
