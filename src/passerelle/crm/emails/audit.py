"""Looking into mail that is not one's own: a reason, an entry in the audit, an hour's time.

The reason is asked of administrators and of those with the right; other users are not asked, as
they read what is theirs and what is shared with everybody.
"""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm.models import AuditEntry, Email, SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services.visibility import may_read_body
from passerelle.crm.sharing import sees_whole

LOOK = timedelta(hours=1)  # how long a reason holds, so that attachments can be read after it
REASON_CHARS = 500


def may_read_now(account: SignInAccount, email: Email) -> bool:
    """Whether text and attachments may be shown: one's own, a reason just before, shared email."""
    return may_read_source(account, email) or sees_whole(account, email.pk)


def may_read_source(account: SignInAccount, email: Email) -> bool:
    """Whether the message as it came may be shown, too, which names hidden recipients."""
    if may_read_body(account, email):
        return True
    return (
        account.sees_all_email
        and AuditEntry.objects.filter(
            action=AuditAction.EMAIL_READ,
            subject_id=email.pk,
            username=account.username,
            done_on__gt=timezone.now() - LOOK,
        ).exists()
    )


def read_with_reason(account: SignInAccount, email: Email, reason: str) -> AuditEntry:
    """Let this account read this email for an hour. Raises `ValidationError` without reason."""
    if not account.sees_all_email:
        raise PermissionError("only who sees all email reads other people's after a reason")
    return _look(account, AuditAction.EMAIL_READ, ("email", email.pk), reason)


def read_source_with_reason(account: SignInAccount, place: UUID, reason: str) -> AuditEntry:
    """Let an administrator read a message that became no record, this once."""
    if not account.is_administrator:
        raise PermissionError("only administrators look into quarantine")
    return _look(account, AuditAction.SOURCE_READ, ("mailplace", place), reason)


def _look(
    account: SignInAccount, action: AuditAction, subject: tuple[str, UUID], reason: str
) -> AuditEntry:
    text = " ".join(reason.replace("\0", "").split())[:REASON_CHARS]
    if not text:
        raise ValidationError({"reason": gettext("Say why you read this email.")})
    kind, key = subject
    return AuditEntry.objects.create(
        action=action,
        subject_kind=kind,
        subject_id=key,
        username=account.username,
        reason=text,
        done_on=timezone.now(),
    )
