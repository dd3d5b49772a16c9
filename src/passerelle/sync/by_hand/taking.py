"""Take the ignored messages that people want tracked, in the cycle of the mailbox and its lease.

What lies in the inbox is taken as that is read, what lies in a watched folder when its turn comes.
Each is read where it lies and recorded at the place that is known of it, whatever the filters say;
the wish goes in the same transaction. A try is counted before the server is asked, so that a
message at which cycles die is given up, and the mail of the mailbox goes on.
"""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from passerelle.crm import services as crm
from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults.mail.tracking import (
    FolderNotRead,
    MessageGone,
    NothingToTake,
    PlaceNotRead,
    TakeFailed,
    TrackingFault,
)
from passerelle.protocols.interfaces import Listed, MailSource, RawMessage
from passerelle.sync.by_hand.asking import is_here
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.incoming.recording import Counts, Frame, record
from passerelle.sync.models import Place, TakeRequest, TrackingFolder
from passerelle.sync.models.incoming import CursorRow
from passerelle.sync.understanding.content import Understood, read_at_any_price
from passerelle.sync.understanding.received import Received
from passerelle.sync.understanding.unpacking import forwarded_of, part_of

log = structlog.get_logger(__name__)

AT_ONCE = 100  # wishes answered in one cycle
MOST_TRIES = 3
_RELATED = ("place__forwarder__systemuser", "place__forwarder__queue")


def take_asked(lease: Lease, row: CursorRow, source: MailSource, desk: Callable[[], Desk]) -> bool:
    """Answer what people asked of the folder of this cursor; whether they asked anything.

    The source has just listed it, and the desk is that of the folder. The inbox answers for what
    lies in no watched folder, too: that it cannot be taken.
    """
    requests = list(_waiting(row).select_related(*_RELATED).order_by("tries", "asked_on")[:AT_ONCE])
    if requests:
        here = desk()
        for request in requests:
            _answer(lease, request, here, source)
    return bool(requests)


def folders_asked(mailbox: UUID) -> frozenset[str]:
    """The folders of which somebody wants a message, the inbox perhaps among them. One query."""
    waiting = TakeRequest.objects.filter(mailbox=mailbox, code="").order_by()
    return frozenset(waiting.values_list("place__folder", flat=True))


def end_asked(lease: Lease, mailbox: UUID, folders: Collection[str]) -> None:
    """Nothing can be taken from these folders now."""
    with transaction.atomic():
        fence(lease)
        waiting = TakeRequest.objects.filter(mailbox=mailbox, code="", place__folder__in=folders)
        waiting.update(code=FolderNotRead.code)


def _waiting(row: CursorRow) -> QuerySet[TakeRequest]:
    waiting = TakeRequest.objects.filter(mailbox=row.mailbox_id, code="")
    if isinstance(row, TrackingFolder):
        return waiting.filter(place__folder=row.folder)
    watched = TrackingFolder.objects.filter(mailbox=row.mailbox_id)
    return waiting.exclude(Exists(watched.filter(folder=OuterRef("place__folder"))))


def _answer(lease: Lease, request: TakeRequest, desk: Desk, source: MailSource) -> None:
    try:
        _take(lease, request, desk, source)
    except TrackingFault as fault:
        with transaction.atomic():
            fence(lease)
            TakeRequest.objects.filter(pk=request.pk).update(code=fault.code)
        log.info("take.ended", mailbox=str(desk.mailbox), place=str(request.pk), code=fault.code)


def _take(lease: Lease, request: TakeRequest, desk: Desk, source: MailSource) -> None:
    if request.place.folder != desk.folder:
        raise FolderNotRead
    if not is_here(request.place, desk):
        raise PlaceNotRead
    if request.tries >= MOST_TRIES:
        raise TakeFailed
    with transaction.atomic():
        fence(lease)
        TakeRequest.objects.filter(pk=request.pk).update(tries=F("tries") + 1)
    crash_point("take.tried")
    received = _received(request.place, _read(request.place, source))
    crash_point("take.read")

    def guard() -> None:
        fence(lease)
        waits = TakeRequest.objects.select_for_update().filter(pk=request.pk, code="")
        if waits.first() is None:  # retention removed the place meanwhile
            raise NothingToTake

    counts = record(desk, [received], Frame(guard, _settle))
    crash_point("take.recorded")
    log.info("take.done", mailbox=str(desk.mailbox), place=str(request.pk), tracked=counts.tracked)


def _settle(part: Sequence[Received], counts: Counts) -> None:
    """The wish is fulfilled, as far as it could be: the place tells what became of the message."""
    del counts
    for one in part:
        TakeRequest.objects.filter(pk=one.place).delete()
        if isinstance(one.content, Understood):
            crm.forget_untracked(one.content.identity)


def _read(place: Place, source: MailSource) -> RawMessage:
    item = Listed(place.uid, place.uidl, 0, place.received_on)
    found = list(source.read([item]))
    if not found:
        raise MessageGone
    return found[0]


def _received(place: Place, raw: RawMessage) -> Received:
    """The message at its place; in a forward mailbox that is one attached to what lies there."""
    data = part_of(raw.data, place.part) if place.part else raw.data
    if data is None:
        raise MessageGone if raw.whole else TakeFailed
    return Received(
        RawMessage(raw.listed, data, whole=raw.whole),
        read_at_any_price(data, whole=raw.whole),
        place=place.pk,
        has_place=True,
        by_hand=True,
        forwarded=forwarded_of(place.forwarder, place.part),
    )
