"""A person's word on a link that is only proposed: it is an answer, or it is none."""

from django.db import transaction

from passerelle.crm.models import Email
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.emails import (
    REGARDING,
    CorrelationDoubt,
    CorrelationMethod,
    CorrelationState,
)
from passerelle.crm.services.audit_notes import Plain, Subject, note_changes, plain_values
from passerelle.crm.threads.chains import is_below
from passerelle.faults.tracking import LinkMakesCircle, ProposalGone

LINK = (
    "correlated_activity",
    "correlation_state",
    "correlation_method",
    "correlation_doubt",
    "proposed_activity",
)


@transaction.atomic
def accept_proposal(email: Email, by: str) -> None:
    """Join the email to what is proposed; it regards what that does, unless it regards something.

    Raises `ProposalGone`, `LinkMakesCircle`.
    """
    stored = _proposed(email)
    answered = stored.proposed_activity
    if answered is None:  # what was proposed is no more
        raise ProposalGone
    if is_below(answered, stored):
        raise LinkMakesCircle
    before = plain_values(stored, (*LINK, *REGARDING))
    stored.correlated_activity = answered
    stored.correlation_state = CorrelationState.BY_PERSON
    stored.correlation_doubt = CorrelationDoubt.NONE
    stored.proposed_activity = None
    if not any(getattr(stored, f"{name}_id") for name in REGARDING):
        for name in REGARDING:
            setattr(stored, name, getattr(answered, name))
    _save(stored, before, by)


@transaction.atomic
def refuse_proposal(email: Email, by: str) -> None:
    """Say that the email answers nothing. Raises `ProposalGone`."""
    stored = _proposed(email)
    before = plain_values(stored, (*LINK, *REGARDING))
    stored.proposed_activity = None
    stored.correlation_state = CorrelationState.BY_PERSON
    stored.correlation_doubt = CorrelationDoubt.NONE
    stored.correlation_method = CorrelationMethod.NONE
    _save(stored, before, by)


def _proposed(email: Email) -> Email:
    """The email as it is now, held until the transaction ends."""
    stored = Email.objects.select_for_update().filter(pk=email.pk).first()
    if stored is None or stored.correlation_state != CorrelationState.PROPOSED:
        raise ProposalGone
    return stored


def _save(stored: Email, before: dict[str, Plain], by: str) -> None:
    stored.save(update_fields=[*LINK, *REGARDING, "modified_on"])
    note_changes(AuditAction.LINK_CHANGED, Subject("email", stored.pk), by, before, stored)
