"""Approving addresses: an administrator says that the mail of an address may be processed.

The caller makes sure that an administrator asks. One entry in the audit a bulk action.
"""

from collections.abc import Collection, Iterable
from itertools import chain
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults.mailboxes import NotApproved
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import AccessApproval
from passerelle.mailboxes.services.processing import schedule

log = structlog.get_logger()


def approve(mailbox_ids: Iterable[UUID], by: str) -> int:
    """Approve the addresses of these mailboxes; those without an address are left out."""
    keys = list(mailbox_ids)
    with transaction.atomic():
        chosen = Mailbox.objects.filter(pk__in=keys).exclude(email_address="")
        changed = chosen.exclude(approval=AccessApproval.APPROVED).update(
            approval=AccessApproval.APPROVED
        )
        name_approved(chosen)
        about = chosen.order_by().values_list("pk", flat=True)
        alerts.heal_codes(SubjectKind.MAILBOX, about, {NotApproved.code})
        schedule(chosen)
        _note(AuditAction.MAILBOXES_APPROVED, by, changed)
    log.info("mailboxes.approved", by=by, count=changed)
    return changed


def reject(mailbox_ids: Iterable[UUID], by: str) -> int:
    """Reject the addresses of these mailboxes; their cycles rest from the next one on."""
    with transaction.atomic():
        changed = (
            Mailbox.objects.filter(pk__in=list(mailbox_ids))
            .exclude(email_address="")
            .exclude(approval=AccessApproval.REJECTED)
            .update(approval=AccessApproval.REJECTED)
        )
        _note(AuditAction.MAILBOXES_REJECTED, by, changed)
    log.info("mailboxes.rejected", by=by, count=changed)
    return changed


_AWAITING: crm.Prepared[UUID] = crm.Prepared(
    lambda owners: (
        Mailbox.objects.filter(Q(systemuser__in=owners) | Q(queue__in=owners))
        .filter(lacks_approval())
        .order_by()
        .values_list("systemuser", "queue")
    )
)


def awaiting_approval(users: Collection[UUID], queues: Collection[UUID]) -> frozenset[UUID]:
    """Those of these users and queues whose address must be approved and is not.

    One query a chunk for both, as no key is a user's and a queue's.
    """
    owners = crm.chunks({*users, *queues})
    rows = chain.from_iterable(map(_AWAITING.rows, owners))
    return frozenset(user or queue for user, queue in rows)


def lacks_approval() -> Q:
    """Of mailboxes: the address must be approved and is not, as `cannot_belong` says of one."""
    settings = SystemSettings.objects.order_by()
    users_asked = ~Exists(settings.filter(require_approval_for_users=False))
    queues_asked = ~Exists(settings.filter(require_approval_for_queues=False))
    asked = Q(users_asked, queue=None) | Q(queues_asked, queue__isnull=False)
    return asked & ~Q(approval=AccessApproval.APPROVED)


def name_approved(mailboxes: QuerySet[Mailbox]) -> None:
    """Have email that is here, and whose address meant nobody until now, mean their owners."""
    rows = mailboxes.order_by().filter(approval=AccessApproval.APPROVED)
    crm.name_people(
        rows.filter(systemuser__isnull=False).values_list("systemuser", flat=True),
        rows.filter(queue__isnull=False).values_list("queue", flat=True),
    )


def _note(action: AuditAction, by: str, count: int) -> None:
    if count:
        crm.note(action, Subject("mailbox"), by, {"count": count})


def approval_of_new_address(
    address: str, settings: SystemSettings, *, of_queue: bool
) -> AccessApproval:
    """The approval of a mailbox whose address is new: nobody approved this one yet."""
    required = (
        settings.require_approval_for_queues if of_queue else settings.require_approval_for_users
    )
    return AccessApproval.PENDING if address and required else AccessApproval.EMPTY
