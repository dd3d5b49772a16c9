"""What a changed server would mean, before its first cycle: how much is there, how much is newer.

Decision 0007: in a new epoch nothing older than the watermark is recorded, and the count is shown
first. Reads and writes no record.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.protocols.interfaces import Cursor, MailSource
from passerelle.sync.incoming.reading import start_for, watermark
from passerelle.sync.models import Reading


@dataclass(frozen=True, slots=True)
class EpochPreview:
    """The messages behind the mailbox now, and those from the watermark on."""

    since: datetime
    there: int
    wanted: int | None  # None: POP3 tells no dates before it reads


def new_epoch_preview(
    mailbox: Mailbox,
    open_source: Callable[[Mailbox], MailSource] = mailboxes.open_source,
) -> EpochPreview | None:
    """None when the mailbox was never read, or is read where it was. May raise any server fault."""
    reading = Reading.objects.filter(pk=mailbox.pk).first()
    if reading is None or reading.source == mailboxes.source_of(mailbox):
        return None
    since = watermark(reading, start_for(reading, mailbox))
    with closing(open_source(mailbox)) as source:
        listing = source.list_new(Cursor(), None)
    dated = [item.received for item in listing.items if item.received is not None]
    return EpochPreview(
        since=since,
        there=len(listing.items),
        wanted=sum(received >= since for received in dated) if listing.uid_validity else None,
    )
