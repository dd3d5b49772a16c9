"""The watched folders of a mailbox, read after its inbox: one by one, each from its own cursor.

What is wrong with one folder is that folder's: it is told, and the next one is read. An unchanged
folder costs one command and no query. Recorded is as in the inbox, batch by batch.
"""

from collections.abc import Collection, Sequence
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
from passerelle.crm.models.emails import REGARDING
from passerelle.engine.services import Lease, Tally, crash_point, fence
from passerelle.faults.protocols import CommandRefused, FolderMissing, PlaceChanged
from passerelle.faults.tracking import (
    FolderFault,
    FolderGone,
    FolderHoldsNoMail,
    FolderRefused,
    NoFoldersHere,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.protocols.interfaces import Cursor, FolderState, Listing, MailFolders, MailSource
from passerelle.sync.folders.finding import whereabouts
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
OWN = (FolderGone, FolderHoldsNoMail, FolderRefused, NoFoldersHere)
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

    @cached_property
    def desk(self) -> Desk:
        """Made for the first folder that has mail."""
        rules = mailboxes.tracking_rules()
        return desk_of(self.mailbox, self.inbox, self.settings, rules, uid_validity=1)


@dataclass(frozen=True, slots=True)
class _Pass:
    """One folder, this time."""

    lease: Lease
    whose: Whose
    server: MailFolders
    row: TrackingFolder
    tally: Tally = field(default_factory=Tally)


def read_folders(lease: Lease, whose: Whose, source: MailSource) -> bool:
    """Each watched folder in turn; False when the time was up before all were read."""
    key = whose.mailbox.pk
    rows = list(rows_of(key).order_by("created_on", "pk"))
    if not has_folders(whose.mailbox) or not isinstance(source, MailFolders):
        _tell(key, [NoFoldersHere(mailbox=whose.mailbox.name)])
        return True
    owing = set(_owing(key))
    faults: list[FolderFault] = []
    for row in rows:
        others = {other.folder for other in rows} - {row.folder}
        try:
            if not _read(_Pass(lease, whose, source, row), others, owes=row.pk in owing):
                return False
        except (_UnboundError, PlaceChanged):
            continue  # stopped by a person, or rebuilt just now, which the next cycle notes
        except (FolderGone, FolderHoldsNoMail) as fault:
            faults.append(fault)
            _lose(row, fault)
        except FolderMissing:  # removed since it was looked at: the next cycle looks for it
            faults.append(FolderGone(folder=row.folder))
        except CommandRefused as fault:
            faults.append(FolderRefused(**fault.facts, folder=row.folder))
    _tell(key, faults)
    return True


def rows_of(mailbox: UUID) -> QuerySet[TrackingFolder]:
    """The watched folders of a mailbox, each with its record."""
    return TrackingFolder.objects.filter(mailbox=mailbox).select_related(*REGARDING)


def _owing(mailbox: UUID) -> QuerySet[Touch, UUID | None]:
    """The folders in which something is owed to the server. One query for all."""
    owed = Touch.objects.filter(mailbox=mailbox, tracking_folder__isnull=False).order_by()
    return owed.values_list("tracking_folder", flat=True).distinct()


def _read(this: _Pass, others: Collection[str], *, owes: bool) -> bool:
    """Find it, do what is owed in it, record what is new; False when the time was up before."""
    row = this.row
    before, name = _values(row), row.folder
    _begin_again(row, this.whose.inbox)
    state = whereabouts(row, this.server, others)
    _take_note(row, state)
    if before != _values(row):
        _keep(this, is_moved=row.folder != name)
    crash_point("folder.known")
    source = this.server.within(row.folder)
    if owes:
        pay(this.lease, row, source)
    if state.uid_next and state.uid_next == row.uid_next == row.last_uid + 1:
        return True
    return _read_new(this, source, _since(row, state))


def _begin_again(row: TrackingFolder, inbox: Reading) -> None:
    """Another server, or an earlier start of the mailbox: the folder is read from the beginning."""
    if row.epoch != inbox.epoch:
        row.epoch, row.object_id = inbox.epoch, ""
        from_the_beginning(row)
    if row.meaning == FolderMeaning.WATCH:
        if row.starts_on is not None and inbox.starts_on < row.starts_on:
            from_the_beginning(row)
        row.starts_on = inbox.starts_on


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
    if row.meaning == FolderMeaning.WATCH:
        return row.starts_on
    rebuilt = state.uid_validity != row.uid_validity
    return row.created_on if rebuilt and not row.takes_earlier else None


def _keep(this: _Pass, *, is_moved: bool) -> None:
    row = this.row
    with transaction.atomic():
        fence(this.lease)
        if is_moved:
            forget_places(row.mailbox_id, row.folder)
            log.info("folder.followed", mailbox=str(row.mailbox_id), folder=str(row.pk))
        _save(row)
    crash_point("folder.kept")


def forget_places(mailbox: UUID, folder: str) -> None:
    """What bore that name before was another folder, or is read anew: UIDs mean nothing of it.

    In a transaction of the caller. Identity keeps messages from being recorded twice.
    """
    places = Place.objects.filter(mailbox=mailbox, folder=folder, gone_on=None)
    places.update(gone_on=timezone.now())


def _read_new(this: _Pass, source: MailSource, since: datetime | None) -> bool:
    row = this.row
    listing = source.list_new(Cursor(row.uid_validity, row.last_uid), since)
    this.tally.lap("list")
    with transaction.atomic():
        fence(this.lease)
        note_folder(row, listing)
        _save(row)
    crash_point("folder.listed")
    if not listing.items:
        return True
    this.tally.add(listed=len(listing.items))
    desk = replace(in_folder(this.whose.desk, row), starts_on=since)
    reader = Reader(this.lease, source, this.tally, partial(_advance, row.pk))
    ending = record_listed(reader, desk, listing)
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
    """Keep that the folder is lost, so that not every cycle looks for it everywhere."""
    if row.standing != LOST[fault.code]:
        TrackingFolder.objects.filter(pk=row.pk).update(standing=LOST[fault.code])


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
