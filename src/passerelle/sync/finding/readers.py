"""What is looked at when nothing is found: which mailboxes read an address, and how far."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from passerelle.crm.models import EmailSearch
from passerelle.crm.models.addresses import IS_APPROVED
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.sync.finding.sight import Seer
from passerelle.sync.finding.where import Sought

MOST_READERS = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """A mailbox that would have brought the message, and how far it has read."""

    mailbox: Mailbox
    is_enabled: bool
    starts_on: datetime  # nothing older is recorded
    folder: str
    looked_on: datetime | None  # when its last cycle ended; None: never


def readers_of(seer: Seer, sought: Sought) -> list[Reader]:
    """The mailboxes of the user or queue with this address; else all that a user may be told of."""
    rows = Mailbox.objects.select_related(*mailboxes.RELATED, "reading")
    if seer.boxes is not None:
        rows = rows.filter(pk__in=seer.boxes)
    named = [_reader(one) for one in rows.filter(_of(sought.address))[:MOST_READERS]]
    if named or seer.boxes is None:
        return named
    return [_reader(one) for one in rows[:MOST_READERS]]


def _of(address: str) -> Q:
    """Mailboxes that belong to whoever has the address; with none, no mailbox."""
    found = EmailSearch.objects.filter(IS_APPROVED, email_address=address)
    return Q(systemuser__in=found.filter(systemuser__isnull=False).values("systemuser")) | Q(
        queue__in=found.filter(queue__isnull=False).values("queue")
    )


def _reader(mailbox: Mailbox) -> Reader:
    reading = getattr(mailbox, "reading", None)
    return Reader(
        mailbox=mailbox,
        is_enabled=mailbox.enabled_for_incoming,
        starts_on=reading.starts_on if reading else mailboxes.start_of(mailbox),
        folder=reading.folder if reading else "INBOX",
        looked_on=reading.cycle_finished_on if reading else None,
    )
