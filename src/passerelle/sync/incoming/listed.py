"""Records what a listing names, batch by batch: read, understand, decide, write.

Whose cursor moves, and what else holds in each transaction, is the caller's.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import structlog

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Lease, Tally, crash_point, fence, written_back_beside
from passerelle.faults.mail.cycles import MessagesInQuarantine
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.protocols.interfaces import Listing, MailSource
from passerelle.sync.incoming import quarantine
from passerelle.sync.incoming.deciding import undecided
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.incoming.recording import Counts, Frame, record
from passerelle.sync.models.timeline import Ending
from passerelle.sync.understanding.batches import Batch, ahead, batches
from passerelle.sync.understanding.beside import reading_beside
from passerelle.sync.understanding.received import Received, understood
from passerelle.sync.understanding.unpacking import unpack

log = structlog.get_logger(__name__)

ENOUGH_SECONDS = 60.0  # left of the deadline to begin another batch


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, over which connection, and what of it is kept where."""

    lease: Lease
    source: MailSource
    tally: Tally
    advance: Callable[[int, Counts], None]  # the cursor, in the transaction of a batch

    def guard(self) -> None:
        """Raises when these writes are not ours to make any more."""
        fence(self.lease)


def record_listed(reader: Reader, desk: Desk, listing: Listing) -> Ending:
    """How it ended: done, or cut short by the deadline or by a person."""
    total, ending, tally = Counts(), Ending.DONE, reader.tally
    may_still = mailboxes.MayStill(desk.mailbox, Direction.INCOMING)
    tally.lap("record")
    with (
        written_back_beside() as committed,
        reading_beside(len(listing.items)) as read,
        closing(ahead(map(read, batches(reader.source, listing.items)))) as coming,
    ):
        for batch in coming:
            tally.lap("fetch")
            counts = _record_batch(reader, desk, batch)
            tally.add(done=counts.tracked, ignored=counts.ignored, failed=counts.quarantined)
            octets = sum(len(raw.data) for raw in batch.messages)
            committed(octets)
            tally.add(octets=octets)
            total += counts
            ending = _ending(reader.lease, may_still)
            tally.lap("record")
            if ending is not Ending.DONE:
                break
    if total.quarantined:
        _tell_quarantine(desk)
    if desk.settings.creating.is_possible:
        mailboxes.tell_record_limit(desk.mailbox, desk.created_most)
    if listing.items:
        log.info(
            "incoming.read",
            mailbox=str(desk.mailbox),
            listed=len(listing.items),
            tracked=total.tracked,
            ignored=total.ignored,
            quarantined=total.quarantined,
        )
    return ending


def _ending(lease: Lease, may_still: mailboxes.MayStill) -> Ending:
    """Whether the next batch may come; the next run finds out what it means that it may not."""
    if lease.seconds_left() < ENOUGH_SECONDS:
        return Ending.GOES_ON
    try:
        hindrance = may_still.hindrance()
    except Mailbox.DoesNotExist:
        return Ending.STOPPED
    return Ending.DONE if hindrance is None else Ending.STOPPED


def _record_batch(reader: Reader, desk: Desk, batch: Batch) -> Counts:
    received = undecided(desk, understood(batch))
    if desk.is_collector:
        received = unpack(desk, received)

    def settle(part: Sequence[Received], counts: Counts) -> None:
        # The last part passes by what vanished between listing and reading, too.
        is_last = not part or not received or part[-1].place == received[-1].place
        uid = batch.through.uid if is_last else part[-1].raw.listed.uid
        reader.advance(uid, counts)

    counts = record(desk, received, Frame(reader.guard, settle))
    crash_point("incoming.after-commit")
    return counts


def _tell_quarantine(desk: Desk) -> None:
    fault = MessagesInQuarantine(count=quarantine.waiting_count(desk))
    alerts.record(SubjectKind.MAILBOX, desk.mailbox, quarantine.ACTIVITY, fault)
