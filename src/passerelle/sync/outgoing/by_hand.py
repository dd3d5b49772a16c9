"""What a person does with an email on its way: take it back, or say what became of it.

Only a person knows whether an email arrived whose answer was lost; what they say is written down
with their name. Taking back ends at the durable mark, after which nobody can promise it.
"""

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.engine.services import ask
from passerelle.faults.mail.cycles import SubmissionGone, TooLateToCancel
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


def cancel(submission: Submission, by: str) -> Email:
    """Take back an email that nobody has yet: a draft again. Raises `TooLateToCancel`.

    A cycle that is handing it over finds it gone when it would set the mark, and sends no dot.
    """
    with transaction.atomic():
        stored = Submission.objects.select_for_update().filter(pk=submission.pk).first()
        waits = stored is not None and stored.state == SubmissionState.WAITING
        deliveries = Delivery.objects.filter(email=submission.pk)
        if not waits or deliveries.filter(outcome=DeliveryOutcome.ACCEPTED).exists():
            raise TooLateToCancel
        deliveries.delete()
        Submission.objects.filter(pk=submission.pk).delete()
        email = Email.objects.select_for_update().get(pk=submission.pk)
        email.statecode, email.statuscode = EmailState.OPEN, EmailStatus.DRAFT
        email.delivery_attempts = 0
        email.save(update_fields=["statecode", "statuscode", "delivery_attempts", "modified_on"])
    alerts.heal(SubjectKind.EMAIL, email.pk, KIND)
    log.info("email.cancelled", email=str(email.pk), by=by)
    return email


def _waiting_for_person(submission: Submission) -> Submission:
    stored = Submission.objects.select_for_update().get(pk=submission.pk)
    if stored.state != SubmissionState.UNKNOWN:
        raise SubmissionGone
    return stored
