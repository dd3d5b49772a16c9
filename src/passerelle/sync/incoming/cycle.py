"""One cycle of a mailbox's incoming mail: list, read, decide, record, touch. One way.

The network and the database take turns: no transaction is open while a server is asked. Killed
anywhere, the next cycle goes on from the last commit, and what was recorded stays recorded.
"""

from contextlib import closing
from functools import partial
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Again, Lease, crash_point, fence
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import CursorStuck
from passerelle.faults.mail.protocols import CommandRefused, CopyNotFound, LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import Direction
from passerelle.protocols.interfaces import Listing, MailSource, Watch
from passerelle.sync.by_hand.taking import take_asked
from passerelle.sync.folders.cycle import Whose, read_folders, read_sent
from passerelle.sync.incoming import reading as readings
from passerelle.sync.incoming.desk import Desk, desk_of, removes_from
from passerelle.sync.incoming.listed import Reader, record_listed
from passerelle.sync.incoming.touches import forget_removals, pay
from passerelle.sync.models import Reading, TrackingFolder
from passerelle.sync.models.timeline import CycleKind, Ending
from passerelle.sync.timeline import noting as timeline

KIND = "incoming"
DEADLINE_SECONDS = 900.0
CURSOR = "cursor"  # the activity of the alert that heals when mail is seen again
TOUCHES = "touches"  # that of the alert that heals when the server takes a mark again


class OpenSource(Protocol):
    """What opens the mail of a mailbox, telling each step of it."""

    def __call__(self, mailbox: Mailbox, *, watch: Watch) -> MailSource: ...


def run(lease: Lease) -> Again:
    """The function that the engine calls."""
    return read_mailbox(lease, mailboxes.open_source)


def failed(lease: Lease, fault: Fault) -> None:
    """The cycle ended by a fault: the mailbox shows it; a refusal was told where it was met."""
    if not isinstance(fault, CredentialsWait | LoginRefused):
        alerts.record(SubjectKind.MAILBOX, lease.key, KIND, fault)
    timeline.note_fault(lease, CycleKind.INCOMING, fault)


def read_mailbox(lease: Lease, open_source: OpenSource) -> Again:
    """One cycle; `Again` says when the mailbox is looked into next."""
    watched = TrackingFolder.objects.filter(mailbox=OuterRef("pk"))
    rows = Mailbox.objects.select_related(*mailboxes.RELATED).annotate(has_folders=Exists(watched))
    mailbox = rows.filter(pk=lease.key).first()
    if mailbox is None:
        return Again(None)
    settings = mailboxes.system_settings()
    if mailboxes.may_process(mailbox, Direction.INCOMING, settings) is not None:
        return Again(None)  # whoever changes that asks for the work
    reading = _reading(lease, mailbox)
    crash_point("incoming.reading-known")
    lease.tally.lap("prepare")
    with closing(open_source(mailbox, watch=timeline.watch_of(lease.tally))) as source:
        lease.tally.lap("sign-in")
        whose = Whose(mailbox, reading, settings)
        done = not mailbox.has_folders or read_sent(lease, whose, source)
        done = done and _cycle(lease, mailbox, reading, source, settings)
        if done and mailbox.has_folders:
            done = read_folders(lease, whose, source)
    alerts.heal(SubjectKind.MAILBOX, mailbox.pk, KIND)
    return Again(_polling_seconds(mailbox, settings) if done else 0.0)


def _reading(lease: Lease, mailbox: Mailbox) -> Reading:
    source = mailboxes.source_of(mailbox)
    with transaction.atomic():
        fence(lease)
        return readings.known_reading(mailbox, source)


def _cycle(
    lease: Lease,
    mailbox: Mailbox,
    reading: Reading,
    source: MailSource,
    settings: SystemSettings,
) -> bool:
    """Whether everything that is there was read; False when the time was up before."""
    if mailbox.systemuser_id is None and removes_from(mailbox) is None:
        forget_removals(lease, reading)
    _pay_touches(lease, reading, source)
    listing = _listed(lease, reading, source)

    def desk() -> Desk:
        rules = mailboxes.tracking_rules()
        return desk_of(mailbox, reading, settings, rules, listing.uid_validity)

    if take_asked(lease, reading, source, desk):
        _pay_touches(lease, reading, source)
    _tell_if_stuck(reading)
    if not listing.items:
        return True
    reader = Reader(lease, source, lease.tally, partial(readings.advance, mailbox.pk))
    ending = record_listed(reader, desk(), listing)
    with transaction.atomic():
        fence(lease)
        noted = timeline.note_incoming(reading, lease.tally, ending)
        readings.finish(reading, listing, whole=ending is Ending.DONE)
    if ending is not Ending.DONE:
        return False
    alerts.store_took_mail()
    crash_point("incoming.finished")
    if _pay_touches(lease, reading, source):
        timeline.time_touches(noted, lease.tally)
    return True


def _listed(lease: Lease, reading: Reading, source: MailSource) -> Listing:
    """What is new at the server, noted; a look that finds nothing is over with it."""
    cursor = readings.cursor_of(reading)
    lease.tally.lap("prepare")
    listing = source.list_new(cursor, reading.starts_on)
    lease.tally.lap("list")
    with transaction.atomic():
        fence(lease)
        readings.take_note(reading, listing, cursor.seen, lease.tally)
        if not listing.items:
            readings.finish(reading, listing)  # one commit for the many looks that find nothing
    for uidls in readings.left_out(listing, cursor.seen):
        with transaction.atomic():
            fence(lease)
            readings.pass_by(reading, uidls)
    crash_point("incoming.listed")
    return listing


def _pay_touches(lease: Lease, reading: Reading, source: MailSource) -> bool:
    """What a server refuses to mark stays owed; its mail is read all the same."""
    try:
        paid = pay(lease, reading, source)
    except (CommandRefused, CopyNotFound) as fault:
        alerts.record(SubjectKind.MAILBOX, reading.pk, TOUCHES, fault)
        return False
    if paid:
        alerts.heal(SubjectKind.MAILBOX, reading.pk, TOUCHES)
        lease.tally.lap("touch")
    return paid


def _tell_if_stuck(reading: Reading) -> None:
    if reading.stalled_cycles >= readings.STUCK_AFTER:
        stuck = CursorStuck(cycles=reading.stalled_cycles)
        alerts.record(SubjectKind.MAILBOX, reading.pk, CURSOR, stuck)
    elif not reading.stalled_cycles:
        alerts.heal(SubjectKind.MAILBOX, reading.pk, CURSOR)


def _polling_seconds(mailbox: Mailbox, settings: SystemSettings) -> float:
    profile = mailbox.profile
    own = profile.polling_seconds if profile else None
    least = (profile.min_polling_minutes or 0) * 60 if profile else 0
    return float(max(own or settings.polling_seconds, least))
