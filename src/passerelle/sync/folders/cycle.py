"""The watched folders of a mailbox beside its inbox: one by one, each from its own cursor.

What its owner sent is read before the inbox, so that an answer finds what it answers, and the
others after it.

What is wrong with one folder is that folder's: it is told, and the next one is read. An unchanged
folder costs one command and no query. Recorded is as in the inbox, batch by batch.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import groupby
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.engine.services import Lease, Tally, crash_point, fence
from passerelle.faults.mail.protocols import CommandRefused, FolderMissing, PlaceChanged
from passerelle.faults.mail.tracking import (
    FolderFault,
    FolderGone,
    FolderHoldsNoMail,
    FolderRefused,
    NoFoldersHere,
    SentFolderTwice,
    SentFolderUnknown,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings, TrackingRules
from passerelle.protocols.interfaces import Cursor, FolderState, Listing, MailFolders, MailSource
from passerelle.sync.by_hand.taking import end_asked, folders_asked, take_asked
from passerelle.sync.folders.finding import sent_folder, whereabouts
from passerelle.sync.folders.looking import has_folders
from passerelle.sync.incoming.desk import Desk, desk_of, in_folder
from passerelle.sync.incoming.listed import Reader, record_listed
from passerelle.sync.incoming.reading import from_the_beginning, note_folder, passed
from passerelle.sync.incoming.recording import Counts
from passerelle.sync.incoming.touches import pay
from passerelle.sync.models import Place, Reading, Touch, TrackingFolder
from passerelle.sync.models.folders import FolderMeaning, FolderStanding
from passerelle.sync.models.timeline import Ending
from passerelle.sync.timeline import noting as timeline

log = structlog.get_logger(__name__)

ACTIVITY = "folders"  # of the alerts that say what is wrong with some
OWN = (
    *(FolderGone, FolderHoldsNoMail, FolderRefused, NoFoldersHere),
    *(SentFolderTwice, SentFolderUnknown),
)
LOST = {FolderGone.code: FolderStanding.GONE, FolderHoldsNoMail.code: FolderStanding.CLOSED}
CURSOR = (
    *("epoch", "folder", "object_id", "uid_validity", "last_uid", "uid_next", "stalled_cycles"),
    *("starts_on", "standing"),
)


class _UnboundError(Exception):
    """Somebody stopped reading the folder while it was read: what was not committed is not."""


@dataclass(frozen=True)
class Whose:
    """The mailbox, the cursor of its inbox, and the settings of the cycle."""

    mailbox: Mailbox
    inbox: Reading
    settings: SystemSettings
    faults: list[FolderFault] = field(default_factory=list)  # told when all were looked into

    @cached_property
    def rows(self) -> list[TrackingFolder]:
        """The watched folders, in the order in which they were chosen."""
        return list(rows_of(self.mailbox.pk).order_by("created_on", "pk"))

    @cached_property
    def owing(self) -> set[UUID | None]:
        """The folders in which something is owed to the server. One query for all."""
        owed = Touch.objects.filter(mailbox=self.mailbox, tracking_folder__isnull=False).order_by()
        return set(owed.values_list("tracking_folder", flat=True).distinct())

    @cached_property
    def asked(self) -> frozenset[str]:
        """The folders of which somebody wants an ignored message. One query for all."""
        return folders_asked(self.mailbox.pk)

    @cached_property
    def rules(self) -> TrackingRules:
        """Loaded for a Sent folder, or for the first one that has mail."""
        return mailboxes.tracking_rules()

    @cached_property
    def desk(self) -> Desk:
        """Made for the first folder that has mail."""
        return desk_of(self.mailbox, self.inbox, self.settings, self.rules, uid_validity=1)


@dataclass(frozen=True, slots=True)
class _Pass:
    """One folder, this time."""

    lease: Lease
    whose: Whose
    server: MailFolders
    row: TrackingFolder
    tally: Tally = field(default_factory=Tally)


def read_sent(lease: Lease, whose: Whose, source: MailSource) -> bool:
    """What the owner sent; False when the time was up before all of it was read."""
    sent = [row for row in whose.rows if row.is_sent]
    if not has_folders(whose.mailbox) or not isinstance(source, MailFolders):
        return True  # told with the other folders
    if sent and not whose.rules.track_sent:
        _rest(lease, sent)
        _end_asked(lease, whose, sent)
        return True
    return _read_each(lease, whose, source, sent)


def read_folders(lease: Lease, whose: Whose, source: MailSource) -> bool:
    """Each other folder in turn; False when the time was up before all were read."""
    key = whose.mailbox.pk
    if not has_folders(whose.mailbox) or not isinstance(source, MailFolders):
        _tell(key, [NoFoldersHere(mailbox=whose.mailbox.name)])
        _end_asked(lease, whose, whose.rows)
        return True
    if not _read_each(lease, whose, source, [row for row in whose.rows if not row.is_sent]):
        return False
    _tell(key, whose.faults)
    return True


def _read_each(
    lease: Lease, whose: Whose, server: MailFolders, rows: Sequence[TrackingFolder]
) -> bool:
    for row in rows:
        try:
            if not _read(_Pass(lease, whose, server, row)):
                return False
        except (_UnboundError, PlaceChanged):
            continue  # stopped by a person, or rebuilt just now, which the next cycle notes
        except (FolderGone, FolderHoldsNoMail) as fault:
            whose.faults.append(fault)
            _end_asked(lease, whose, [row])
            _lose(row, fault)
        except FolderMissing:  # removed since it was looked at: the next cycle looks for it
            whose.faults.append(FolderGone(folder=row.folder))
        except CommandRefused as fault:
            whose.faults.append(FolderRefused(**fault.facts, folder=row.folder))
        except (SentFolderUnknown, SentFolderTwice) as fault:
            whose.faults.append(fault)
    return True


def _end_asked(lease: Lease, whose: Whose, rows: Sequence[TrackingFolder]) -> None:
    """Nobody waits for a message of these folders, which are not read now."""
    folders = whose.asked.intersection(row.folder for row in rows)
    if folders:
        end_asked(lease, whose.mailbox.pk, folders)


def _rest(lease: Lease, rows: Sequence[TrackingFolder]) -> None:
    """The organization reads no Sent folders: what is sent meanwhile is never read."""
    for row in rows:
        if row.starts_on is not None:
            row.starts_on, row.standing = None, FolderStanding.NEW
            from_the_beginning(row)
            with suppress(_UnboundError), transaction.atomic():
                fence(lease)
                _save(row)


def rows_of(mailbox: UUID) -> QuerySet[TrackingFolder]:
    """The watched folders of a mailbox, each with its record."""
    return TrackingFolder.objects.filter(mailbox=mailbox).select_related(*REGARDING)


def _read(this: _Pass) -> bool:
    """Find it, do what is owed in it, record what is new; False when the time was up before."""
    row = this.row
    before, name = _values(row), row.folder
    is_asked = name in this.whose.asked  # before a rename moves them
    others = {other.folder for other in this.whose.rows if other is not row}
    _begin_again(row, this.whose.inbox)
    if not row.folder:
        row.folder = sent_folder(this.server, this.whose.mailbox.name, others)
        row.object_id = ""
        from_the_beginning(row)
    state = whereabouts(row, this.server, others)
    _take_note(row, state)
    if before != _values(row):
        _keep(this, name)
    crash_point("folder.known")
    source = this.server.within(row.folder)
    if row.pk in this.whose.owing:
        pay(this.lease, row, source)
    if not is_asked and state.uid_next and state.uid_next == row.uid_next == row.last_uid + 1:
        return True
    return _read_new(this, source, _since(row, state), is_asked=is_asked)


def _begin_again(row: TrackingFolder, inbox: Reading) -> None:
    """Another server, or an earlier start of the mailbox: the folder is read from the beginning."""
    if row.epoch != inbox.epoch:
        row.epoch, row.object_id = inbox.epoch, ""
        from_the_beginning(row)
        if row.is_sent:
            row.folder = ""  # another server may call it otherwise
    if row.is_sent and row.starts_on is None:
        row.starts_on = this_second()
    if row.meaning == FolderMeaning.WATCH:
        if row.starts_on is not None and inbox.starts_on < row.starts_on:
            from_the_beginning(row)
        row.starts_on = inbox.starts_on


def this_second() -> datetime:
    """From when on a Sent folder counts: neither INTERNALDATE nor Date has parts of a second."""
    return timezone.now().replace(microsecond=0)


def _take_note(row: TrackingFolder, state: FolderState) -> None:
    """Follow it to its name, and begin at its end where what lies there is not wanted."""
    row.folder, row.object_id = state.name, state.object_id
    row.standing = FolderStanding.READ
    if row.uid_validity == 0 and not row.takes_earlier and state.uid_next:
        row.uid_validity, row.uid_next = state.uid_validity, state.uid_next
        row.last_uid = state.uid_next - 1


def _since(row: TrackingFolder, state: FolderState) -> datetime | None:
    """From when on its mail counts. Who files an old message means it, however old it is.

    But a folder that was rebuilt shows again what lay there before, and was not wanted.
    """
    if row.meaning != FolderMeaning.REGARDING:
        return row.starts_on
    rebuilt = state.uid_validity != row.uid_validity
    return row.created_on if rebuilt and not row.takes_earlier else None


def _keep(this: _Pass, former: str) -> None:
    """The row as it was found; where it bears another name, what lies in it has moved with it."""
    row = this.row
    with transaction.atomic():
        fence(this.lease)
        if row.folder != former:
            forget_places(row.mailbox_id, row.folder)
            _move_places(row, former)
            log.info("folder.followed", mailbox=str(row.mailbox_id), folder=str(row.pk))
        _save(row)
    crash_point("folder.kept")


def forget_places(mailbox: UUID, folder: str) -> None:
    """What bore that name before was another folder, or is read anew: UIDs mean nothing of it.

    In a transaction of the caller. Identity keeps messages from being recorded twice.
    """
    places = Place.objects.filter(mailbox=mailbox, folder=folder, gone_on=None)
    places.update(gone_on=timezone.now())


def _move_places(row: TrackingFolder, former: str) -> None:
    """A folder keeps its UIDs under another name, so its messages stay where they are known."""
    places = Place.objects.filter(
        mailbox=row.mailbox_id,
        epoch=row.epoch,
        folder=former,
        uid_validity=row.uid_validity,
        gone_on=None,
    )
    places.update(folder=row.folder)


def _read_new(this: _Pass, source: MailSource, since: datetime | None, *, is_asked: bool) -> bool:
    row = this.row
    listing = source.list_new(Cursor(row.uid_validity, row.last_uid), since)
    this.tally.lap("list")
    with transaction.atomic():
        fence(this.lease)
        note_folder(row, listing)
        _save(row)
    crash_point("folder.listed")

    def desk() -> Desk:
        return replace(in_folder(this.whose.desk, row), starts_on=since)

    if is_asked and take_asked(this.lease, row, source, desk):
        pay(this.lease, row, source)
    if not listing.items:
        return True
    this.tally.add(listed=len(listing.items))
    reader = Reader(this.lease, source, this.tally, partial(_advance, row.pk))
    ending = record_listed(reader, desk(), listing)
    _finish(this, listing, ending)
    if ending is not Ending.DONE:
        return False
    pay(this.lease, row, source)
    return True


def _finish(this: _Pass, listing: Listing, ending: Ending) -> None:
    with transaction.atomic():
        fence(this.lease)
        changes = passed(listing) if ending is Ending.DONE else {}
        TrackingFolder.objects.filter(pk=this.row.pk).update(read_on=timezone.now(), **changes)
        timeline.note_folder(this.row.mailbox_id, this.tally, ending)
    crash_point("folder.finished")


def _advance(folder: UUID, uid: int, counts: Counts) -> None:
    """Move the cursor over recorded messages, in their transaction."""
    kept = TrackingFolder.objects.filter(pk=folder).update(
        last_uid=uid,
        tracked=F("tracked") + counts.tracked,
        ignored=F("ignored") + counts.ignored,
        quarantined=F("quarantined") + counts.quarantined,
    )
    if not kept:
        raise _UnboundError


def _values(row: TrackingFolder) -> dict[str, object]:
    return {name: getattr(row, name) for name in CURSOR}


def _save(row: TrackingFolder) -> None:
    """The row as it is now; one that a person removed is not made again."""
    if not TrackingFolder.objects.filter(pk=row.pk).update(**_values(row)):
        raise _UnboundError


def _lose(row: TrackingFolder, fault: FolderFault) -> None:
    """Keep that the folder is lost, so that not every cycle looks for it everywhere.

    Which one the Sent folder is, is asked anew.
    """
    if row.standing != LOST[fault.code]:
        name = "" if row.is_sent else row.folder
        TrackingFolder.objects.filter(pk=row.pk).update(standing=LOST[fault.code], folder=name)


def _tell(mailbox: UUID, faults: Sequence[FolderFault]) -> None:
    """One alert a kind of trouble, which names its folders; what is over is healed."""
    kinds = {fault.code for fault in faults}
    over = {kind.code for kind in OWN} - kinds
    alerts.heal(SubjectKind.MAILBOX, mailbox, ACTIVITY, over)
    for _, alike in groupby(sorted(faults, key=_code), key=_code):
        told = list(alike)
        facts = dict(told[0].facts)
        if "folder" in facts:
            facts["folder"] = ", ".join(str(fault.facts["folder"]) for fault in told)
        alerts.record(SubjectKind.MAILBOX, mailbox, ACTIVITY, type(told[0])(**facts))


def _code(fault: FolderFault) -> str:
    return fault.code
