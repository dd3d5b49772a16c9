"""Ask that an ignored message be tracked. Of it nothing is kept here, so its mailbox is asked.

The wish is a row of its place; the mailbox's next cycle, which it wakes, answers it (`taking`).
"""

from django.db import transaction
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults.mail.tracking import FolderNotRead, NothingToTake, PlaceNotRead
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.models import Place, Reading, TakeRequest, TrackingFolder
from passerelle.sync.models.folders import FolderStanding
from passerelle.sync.models.incoming import CursorRow, Outcome
from passerelle.tracking import Reason

USERNAME_CHARS = 150
# Our own test mail is nobody's; what a wrapper carried has places of its own; what another sent is
# no email that the owner of a Sent folder sent.
_NOBODYS = frozenset(map(int, (Reason.TEST_MESSAGE, Reason.UNPACKED, Reason.SENT_BY_ANOTHER)))


def can_be_taken(place: Place) -> bool:
    """Whether a person may want it tracked: it was ignored, and no record is the same message."""
    ignored = place.outcome == Outcome.IGNORED and place.email_id is None
    return ignored and place.reason not in _NOBODYS


def is_here(place: Place, where: CursorRow | Desk) -> bool:
    """Whether the place still names its message. A UIDL does, for as long as it is listed."""
    same = (place.epoch, place.folder, place.uid_validity) == (
        where.epoch,
        where.folder,
        where.uid_validity,
    )
    return same and (place.gone_on is None or not place.uid)


def ask_to_take(place: Place, by: str) -> TakeRequest:
    """Have the message tracked soon; asked for twice it is one wish.

    Raises `NothingToTake`, `PlaceNotRead`, `FolderNotRead`, or the fault for which the mailbox is
    not read.
    """
    mailbox = Mailbox.objects.select_related(*mailboxes.RELATED).get(pk=place.mailbox_id)
    with transaction.atomic():
        stored = Place.objects.select_for_update().filter(pk=place.pk).first()
        if stored is None or not can_be_taken(stored):
            raise NothingToTake
        waiting = TakeRequest.objects.filter(pk=stored.pk, code="").first()
        if waiting is not None:
            return waiting
        _require_reading(mailbox, stored)
        request = TakeRequest(
            place=stored, mailbox=mailbox, username=by[:USERNAME_CHARS], asked_on=timezone.now()
        )
        request.save()  # in place of one that failed
        crm.note(AuditAction.TAKE_ASKED, Subject("mailplace", stored.pk), by)
        mailboxes.schedule([mailbox])
    return request


def _require_reading(mailbox: Mailbox, place: Place) -> None:
    hindrance = mailboxes.may_process(mailbox, Direction.INCOMING)
    if hindrance is not None:
        raise hindrance
    reading = Reading.objects.filter(pk=mailbox.pk).first()
    if reading is None:
        raise PlaceNotRead
    row = _cursor(place, reading)
    if row.epoch != reading.epoch or not is_here(place, row):
        raise PlaceNotRead


def _cursor(place: Place, reading: Reading) -> CursorRow:
    """Where reading stopped in the folder of the place. Raises `FolderNotRead`."""
    if place.folder == reading.folder:
        return reading
    read = TrackingFolder.objects.filter(mailbox=reading.pk, standing=FolderStanding.READ)
    row = read.filter(folder=place.folder).first()
    if row is None:
        raise FolderNotRead
    return row
