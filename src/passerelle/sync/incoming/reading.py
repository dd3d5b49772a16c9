"""The cursor of a mailbox: where reading stopped, and when it must begin anew.

Another server or account behind a mailbox is a new epoch (decision 0007): its folder is read from
the beginning, but nothing older than the last successful cycle is recorded, as it was read before.
A folder that was rebuilt (UIDVALIDITY) is read from the beginning in the same epoch; identity
keeps its messages from being recorded twice. Each function runs in a transaction of the caller.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import F
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.engine.services import Tally
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.protocols.interfaces import Cursor, Listing
from passerelle.sync.incoming.recording import Counts
from passerelle.sync.incoming.touches import touches_in
from passerelle.sync.models import Place, Reading, Touch
from passerelle.sync.models.incoming import CursorRow, Outcome
from passerelle.sync.timeline import noting as timeline
from passerelle.tracking import Reason

log = structlog.get_logger(__name__)

STUCK_AFTER = 3  # cycles in a row in which the server announced mail and showed none
CHUNK = 5_000  # UIDLs in one statement


def known_reading(mailbox: Mailbox, source: str) -> Reading:
    """The mailbox's row as this cycle must see it, stored."""
    reading = Reading.objects.filter(pk=mailbox.pk).first()
    if reading is None:
        start = mailboxes.start_of(mailbox)
        return Reading.objects.create(mailbox=mailbox, source=source, starts_on=start)
    start = _next_start(reading, mailbox, source)
    if reading.source != source:
        _begin_epoch(reading, source, start)
    elif start < reading.starts_on:
        _begin_earlier(reading, start)
    elif start > reading.starts_on:
        reading.starts_on = start
        reading.save()
    return reading


def start_of_reading(mailbox: Mailbox, reading: Reading | None) -> datetime:
    """From when on the next cycle records what it finds; `reading` is None before the first one."""
    if reading is None:
        return mailboxes.start_of(mailbox)
    return _next_start(reading, mailbox, mailboxes.source_of(mailbox))


def _next_start(reading: Reading, mailbox: Mailbox, source: str) -> datetime:
    """What lies before it was read from an earlier server, or is not wanted."""
    start = start_for(reading, mailbox)
    if reading.source != source:
        return watermark(reading, start)
    return start if reading.epoch == 1 else max(start, reading.starts_on)


def start_for(reading: Reading, mailbox: Mailbox) -> datetime:
    """From when on the mailbox is read. One that nothing fixes stays as the first cycle had it.

    Else each cycle would move it on, and what arrived while the server was away would be too old.
    """
    return mailboxes.fixed_start(mailbox) or reading.starts_on


def watermark(reading: Reading, start: datetime) -> datetime:
    """From when on a new epoch records: what came earlier was read from the old server.

    That is when the last finished cycle listed it, and not when it ended: what arrived while it
    read was left to the next one. In whole seconds, as INTERNALDATE has no parts of one.
    """
    finished, started = reading.cycle_finished_on, reading.cycle_started_on
    if finished is None or started is None:
        return max(start, reading.starts_on)
    return max(start, min(started, finished).replace(microsecond=0))


def _begin_epoch(reading: Reading, source: str, start: datetime) -> None:
    reading.starts_on = start
    reading.epoch += 1
    reading.source = source
    from_the_beginning(reading)
    reading.save()
    # What is owed to a server that is not behind the mailbox any more is owed to nobody.
    Touch.objects.filter(mailbox=reading.pk).delete()


def _begin_earlier(reading: Reading, start: datetime) -> None:
    """A person moved the start back: what lay before it is looked at again, the rest is known."""
    Place.objects.filter(
        mailbox=reading.pk, epoch=reading.epoch, reason=int(Reason.TOO_OLD), email=None
    ).delete()
    reading.starts_on = start
    from_the_beginning(reading)
    reading.save()


def from_the_beginning(row: CursorRow) -> None:
    """Read the folder anew; the caller saves the row."""
    row.uid_validity = row.last_uid = row.uid_next = row.stalled_cycles = 0


def cursor_of(reading: Reading) -> Cursor:
    """Where to go on. Of POP3 the UIDLs that were still there at the last cycle."""
    seen = Place.objects.filter(
        mailbox=reading.pk, epoch=reading.epoch, folder=reading.folder, gone_on=None
    ).exclude(uidl="")
    return Cursor(
        reading.uid_validity,
        reading.last_uid,
        frozenset(seen.values_list("uidl", flat=True)),
    )


def take_note(reading: Reading, listing: Listing, seen: Iterable[str], tally: Tally) -> None:
    """Store what the listing says of the inbox, before any message of it is recorded."""
    note_folder(reading, listing)
    timeline.begin(reading, tally, listed=len(listing.items))
    reading.cycle_started_on = timezone.now()
    reading.listed = len(listing.items)
    reading.tracked = reading.ignored = reading.too_old = reading.quarantined = 0
    reading.save()
    if not listing.uid_validity:
        _forget_gone(reading, sorted(frozenset(seen) - listing.present))


def note_folder(row: CursorRow, listing: Listing) -> None:
    """Have the cursor know what the listing says of its folder; the caller saves the row."""
    fresh = row.uid_validity != listing.uid_validity
    if fresh:
        from_the_beginning(row)
    moved = not fresh and row.uid_next < listing.uid_next
    fell_back = 0 < listing.uid_next <= row.last_uid
    if listing.items:
        row.stalled_cycles = 0
    elif moved or fell_back:
        row.stalled_cycles += 1
    if fell_back and row.stalled_cycles >= STUCK_AFTER:
        _forget_places(row)
    row.folder = listing.folder
    row.uid_validity = listing.uid_validity
    row.uid_next = listing.uid_next


def _forget_places(row: CursorRow) -> None:
    """UIDNEXT fell below the cursor and stays there: new mail gets UIDs that we believe read.

    No server may do that under one UIDVALIDITY (RFC 9051, 2.3.1.1); one restored from its backup
    does, and which UIDs name other messages now cannot be known. The folder is read from the
    beginning by the next cycle; identity keeps its messages from being recorded twice.
    """
    log.warning("cursor.fell_back", mailbox=str(row.mailbox_id), last_uid=row.last_uid)
    touches_in(row).delete()
    Place.objects.filter(
        mailbox=row.mailbox_id,
        epoch=row.epoch,
        folder=row.folder,
        uid_validity=row.uid_validity,
        gone_on=None,
    ).update(gone_on=timezone.now())
    row.last_uid = row.stalled_cycles = 0


def _forget_gone(reading: Reading, uidls: list[str]) -> None:
    """A UIDL that left the listing is no longer loaded; if it comes back it is looked at anew."""
    for start in range(0, len(uidls), CHUNK):
        Place.objects.filter(
            mailbox=reading.pk,
            epoch=reading.epoch,
            gone_on=None,
            uidl__in=uidls[start : start + CHUNK],
        ).update(gone_on=timezone.now())


def left_out(listing: Listing, seen: frozenset[str]) -> Iterator[list[str]]:
    """The UIDLs that `since` kept out of a POP3 listing, in chunks for one transaction each.

    A server tells their dates message by message, so what is not remembered is asked for again
    at every look.
    """
    known = seen.union(item.uidl for item in listing.items)
    uidls = sorted(listing.present - known)
    for start in range(0, len(uidls), CHUNK):
        yield uidls[start : start + CHUNK]


def pass_by(reading: Reading, uidls: Iterable[str]) -> None:
    """Remember messages that lie before the start, as if each had been read and ignored."""
    now = timezone.now()
    places = [
        Place(
            mailbox_id=reading.pk,
            epoch=reading.epoch,
            folder=reading.folder,
            uid_validity=0,
            uid=0,
            uidl=uidl,
            outcome=Outcome.IGNORED,
            reason=int(Reason.TOO_OLD),
            facts={"facts": [], "looked": []},
            decided_on=now,
        )
        for uidl in uidls
    ]
    crm.insert_rows(places, unless_there=True)


def advance(mailbox: UUID, uid: int, counts: Counts) -> None:
    """Move the cursor over recorded messages, in their transaction."""
    Reading.objects.filter(pk=mailbox).update(
        last_uid=uid,
        tracked=F("tracked") + counts.tracked,
        ignored=F("ignored") + counts.ignored,
        too_old=F("too_old") + counts.too_old,
        quarantined=F("quarantined") + counts.quarantined,
    )


def finish(reading: Reading, listing: Listing, *, whole: bool = True) -> None:
    """Everything that was listed is recorded: pass by what lay before the start, too.

    Where the cycle was cut short, only the time line knows that it is over.
    When the server announced mail and showed none, the cursor stays, so that nothing is missed.
    """
    changes: dict[str, object] = dict(timeline.SETTLED) if listing.items else {}
    if whole:
        changes |= {"cycle_finished_on": timezone.now(), **passed(listing)}
    Reading.objects.filter(pk=reading.pk).update(**changes)


def passed(listing: Listing) -> dict[str, int]:
    """Where the cursor stands once everything that was listed is recorded; none: where it is."""
    last = listing.uid_next - 1
    return {"last_uid": last} if listing.items and last > listing.items[-1].uid else {}
