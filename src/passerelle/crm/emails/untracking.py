"""Remove the record of an email that was read, and remember by what the same message is known.

What lies at the server, and the places where it was read, are the matter of areas above, which
also ask who may.
"""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from passerelle.crm.emails.raw import remove_raw
from passerelle.crm.models import (
    ActivityMimeAttachment,
    Email,
    QueueMembership,
    RawMessage,
    SignInAccount,
    UntrackedEmail,
)
from passerelle.crm.models.mail.emails import (
    CorrelationDoubt,
    CorrelationMethod,
    CorrelationState,
    EmailStatus,
)
from passerelle.crm.services.inserting import insert_rows
from passerelle.faults.mail.tracking import WrittenUpon
from passerelle.messages import Identity

# What a mailbox brought: received, or sent by another program and found in its Sent folder.
WAS_READ = Q(is_history=False) & (
    Q(direction_code=False) | Q(statuscode=EmailStatus.SENT, delivery_attempts=0)
)


def may_untrack(account: SignInAccount, email: Email) -> bool:
    """Its owner, a member of the queue that took it, an administrator; of email that was read."""
    if not was_read(email):
        return False
    user = account.systemuser_id
    if account.is_administrator or (user is not None and user == email.owner_id):
        return True
    queue = email.accepting_queue_id
    members = QueueMembership.objects.filter(queue=queue, systemuser=user)
    return user is not None and queue is not None and members.exists()


def was_read(email: Email) -> bool:
    """Whether a mailbox brought it, as `WAS_READ` says of rows."""
    sent_elsewhere = email.statuscode == EmailStatus.SENT and not email.delivery_attempts
    return not email.is_history and (not email.direction_code or sent_elsewhere)


def why_not_untracked(email: Email) -> WrittenUpon | None:
    """What hangs on the email: what was written here as an answer, or carries its files."""
    written = Email.objects.filter(correlated_activity=email, direction_code=True)
    raws = _raws_of(email)
    carried = ActivityMimeAttachment.objects.filter(raw__in=raws).exclude(email=email)
    return WrittenUpon() if written.exists() or (raws and carried.exists()) else None


def remove_email(email: Email) -> None:
    """Remove it with all that is its own; in a transaction in which it is locked.

    What answered it waits again for what it names, as if the email had never come.
    """
    raws = list(RawMessage.objects.filter(pk__in=_raws_of(email)))
    known = UntrackedEmail(
        activity_id=email.pk,
        identity=bytes(email.identity),
        text_digest=bytes(email.text_digest),
        untracked_on=timezone.now(),
    )
    insert_rows([known], unless_there=True)
    Email.objects.filter(Q(correlated_activity=email) | Q(proposed_activity=email)).update(
        correlation_state=CorrelationState.NONE,
        correlation_method=CorrelationMethod.NONE,
        correlation_doubt=CorrelationDoubt.NONE,
        correlated_activity=None,
        proposed_activity=None,
    )
    email.delete()
    for raw in raws:
        remove_raw(raw)


def forget_untracked(identity: Identity) -> None:
    """A person took the message after all."""
    UntrackedEmail.objects.filter(
        identity=identity.digest, text_digest=identity.text_digest
    ).delete()


def _raws_of(email: Email) -> set[UUID]:
    """Where its bytes lie: its source, and the attachments that outlived theirs."""
    alone = email.attachments.filter(raw__isnull=False).values_list("raw", flat=True)
    return {*([email.raw_id] if email.raw_id is not None else ()), *alone}
