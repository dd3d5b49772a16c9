"""Which folders of a mailbox are read beside its inbox: chosen and given up by a person, audited.

A choice holds from the next cycle on, which is asked for at once. What a folder brought stays when
it is given up.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.crm.services import Regarded, Subject
from passerelle.faults.mail.tracking import (
    FolderNotThere,
    NoFoldersHere,
    SentFoldersNotRead,
    TooManyFolders,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, TrackingRules
from passerelle.sync.folders.cycle import ACTIVITY, forget_places, rows_of, this_second
from passerelle.sync.folders.looking import has_folders, look_of
from passerelle.sync.models import TrackingFolder
from passerelle.sync.models.folders import FolderMeaning

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a folder shall mean."""

    folder: str
    regarding: Regarded | None = None  # None: it is read like the inbox
    takes_earlier: bool = True  # what lies there when it is bound


def folders_of(mailbox: Mailbox) -> QuerySet[TrackingFolder]:
    """The folders that are read, by name."""
    return rows_of(mailbox.pk).order_by("folder")


def read_folder(mailbox: Mailbox, wish: Wish, by: str) -> TrackingFolder:
    """Read a folder that the server listed. Raises a `FolderFault`, or `ValidationError`."""
    if not has_folders(mailbox):
        raise NoFoldersHere(mailbox=mailbox.name)
    look = look_of(mailbox)
    if look is None or not any(
        name == wish.folder and is_open for name, _, is_open in look.folders
    ):
        raise FolderNotThere(folder=wish.folder)
    record = wish.regarding
    row = TrackingFolder(
        mailbox=mailbox,
        folder=wish.folder,
        meaning=FolderMeaning.WATCH if record is None else FolderMeaning.REGARDING,
        takes_earlier=record is None or wish.takes_earlier,
        created_by=by,
        **dict(zip((f"{name}_id" for name in REGARDING), crm.keys_of(record), strict=True)),
    )
    _add(row, by, mailboxes.tracking_rules())
    return row


def read_sent(mailbox: Mailbox, by: str) -> TrackingFolder:
    """Read what the owner sends from now on as outgoing email. Raises as `read_folder`.

    Which folder that is, the next cycle asks the server.
    """
    if not has_folders(mailbox):
        raise NoFoldersHere(mailbox=mailbox.name)
    rules = mailboxes.tracking_rules()
    if not rules.track_sent:
        raise SentFoldersNotRead
    row = TrackingFolder(
        mailbox=mailbox,
        meaning=FolderMeaning.SENT,
        starts_on=this_second(),
        created_by=by,
    )
    _add(row, by, rules)
    return row


def _add(row: TrackingFolder, by: str, rules: TrackingRules) -> None:
    mailbox = row.mailbox
    with transaction.atomic():
        Mailbox.objects.select_for_update().get(pk=mailbox.pk)  # two at once count each other
        if rows_of(mailbox.pk).count() >= rules.folders_most:
            raise TooManyFolders(most=rules.folders_most)
        row.validate_constraints()
        row.save(force_insert=True)
        forget_places(mailbox.pk, row.folder)
        _note(mailbox, by, "folder_read", row)
        mailboxes.schedule(Mailbox.objects.filter(pk=mailbox.pk))
    log.info("folder.chosen", mailbox=str(mailbox.pk), folder=str(row.pk), by=by)


def leave_folder(mailbox: Mailbox, key: UUID, by: str) -> bool:
    """Stop reading a folder; False where it is not read."""
    with transaction.atomic():
        row = rows_of(mailbox.pk).select_for_update(of=("self",)).filter(pk=key).first()
        if row is None:
            return False
        _note(mailbox, by, "folder_left", row)
        row.delete()
    alerts.heal(SubjectKind.MAILBOX, mailbox.pk, ACTIVITY)  # the others tell again what they lack
    log.info("folder.left", mailbox=str(mailbox.pk), folder=str(key), by=by)
    return True


def _note(mailbox: Mailbox, by: str, what: str, row: TrackingFolder) -> None:
    text = f"{row.folder} ({row.regarding})" if row.regarding else row.folder
    detail = {what: text} | ({"meaning": str(row.meaning)} if row.is_sent else {})
    crm.note(AuditAction.MAILBOX_CHANGED, Subject("mailbox", mailbox.pk), by, detail)
