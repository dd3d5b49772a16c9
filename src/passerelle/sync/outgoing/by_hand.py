"""The two buttons of an email whose answer was lost: *it was sent*, and *send it again*.

Only a person can know; both are written down with their name.
"""

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm.models import Email
from passerelle.crm.models.emails import EmailStatus
from passerelle.engine.services import ask
from passerelle.faults.cycles import SubmissionGone
from passerelle.sync.models import Delivery, Submission
from passerelle.sync.models.outgoing import DeliveryOutcome, SubmissionState
from passerelle.sync.outgoing import journal
from passerelle.sync.outgoing.kind import KIND

log = structlog.get_logger(__name__)


def said_sent(submission: Submission, by: str) -> Submission:
    """A person found that it arrived. Raises `SubmissionGone` when it waits no more."""
    with transaction.atomic():
        stored = _waiting_for_person(submission)
        Delivery.objects.filter(email=stored.email_id, outcome=DeliveryOutcome.WAITING).update(
            outcome=DeliveryOutcome.ACCEPTED, changed_on=timezone.now()
        )
        stored.facts = {**stored.facts, "said_sent_by": by}
        fault = journal.conclude(stored)
        if stored.state == SubmissionState.WAITING:  # some recipients had been postponed
            ask(KIND, stored.mailbox_id)
    alerts.heal(SubjectKind.EMAIL, stored.email_id, KIND)
    if fault is not None:
        alerts.record(SubjectKind.EMAIL, stored.email_id, KIND, fault)
    log.info("email.said_sent", email=str(stored.email_id), by=by)
    return stored


def send_again(submission: Submission, by: str) -> Submission:
    """A person found that it did not arrive. Raises `SubmissionGone` when it waits no more."""
    with transaction.atomic():
        stored = _waiting_for_person(submission)
        stored.state, stored.marked_on, stored.not_before = SubmissionState.WAITING, None, None
        stored.facts = {**stored.facts, "sent_again_by": by}
        stored.save()
        Email.objects.filter(pk=stored.email_id).update(statuscode=EmailStatus.PENDING_SEND)
        ask(KIND, stored.mailbox_id)
    alerts.heal(SubjectKind.EMAIL, stored.email_id, KIND)
    log.info("email.sent_again", email=str(stored.email_id), by=by)
    return stored


def _waiting_for_person(submission: Submission) -> Submission:
    stored = Submission.objects.select_for_update().get(pk=submission.pk)
    if stored.state != SubmissionState.UNKNOWN:
        raise SubmissionGone
    return stored
