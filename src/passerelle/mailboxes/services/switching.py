"""What the switch of *Process email using* begins, said before it begins.

Counted in the database, so that a page may ask. Where a password is still to be entered, or a
server is away, the mailbox does not start then: the numbers are the most that can.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from passerelle.crm.models import Email, Queue, SystemUser
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.models.people import State as PersonState
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services.approval import lacks_approval

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class SwitchPreview:
    """What would start: mailboxes a direction, from when they read, emails that wait to go out."""

    incoming: int
    outgoing: int
    mailboxes: int
    earliest: datetime | None  # the oldest start among those that read
    waiting: int  # at most 10,000
    not_enabled: int  # mailboxes that stay as they are


def switch_preview() -> SwitchPreview:
    """What switching to server-side synchronization would begin now."""
    ready = _ready()
    incoming = ready.filter(_INCOMING)
    return SwitchPreview(
        incoming=incoming.count(),
        outgoing=ready.filter(_OUTGOING).count(),
        mailboxes=ready.filter(_INCOMING | _OUTGOING).count(),
        earliest=incoming.aggregate(at=Min("process_email_received_after"))["at"],
        waiting=Email.objects.filter(statuscode=EmailStatus.PENDING_SEND)[:MOST_COUNTED].count(),
        not_enabled=Mailbox.objects.filter(
            enabled_for_incoming=False, enabled_for_outgoing=False
        ).count(),
    )


_INCOMING = Q(enabled_for_incoming=True, incoming_method=DeliveryMethod.SERVER_SIDE)
_OUTGOING = Q(enabled_for_outgoing=True, outgoing_method=DeliveryMethod.SERVER_SIDE)


def _ready() -> QuerySet[Mailbox]:
    """Active, with an address, an active profile, and approved where that is asked."""
    rows = Mailbox.objects.order_by().filter(
        ~lacks_approval(), statecode=State.ACTIVE, profile__statecode=State.ACTIVE
    )
    gone = SystemUser.objects.filter(pk=OuterRef("systemuser_id"), is_disabled=True)
    closed = Queue.objects.filter(pk=OuterRef("queue_id")).exclude(statecode=PersonState.ACTIVE)
    return rows.exclude(email_address="").filter(~Exists(gone), ~Exists(closed))
