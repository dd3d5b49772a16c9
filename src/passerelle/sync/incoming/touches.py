"""Pay what is owed to the server: keywords on messages, removals, moves.

A touch was committed with its record and is forgotten when the server has confirmed it. Killed in
between, it is done again: setting a keyword twice is setting it once, and what is gone cannot be
removed or moved again; a move by a copy keeps how far it came (`moving`). UIDVALIDITY is checked by
the server's connection first, as a UID alone names nothing (RFC 9051, 2.3.1.1).
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import PlaceChanged
from passerelle.protocols.interfaces import Listed, MailMover, MailSource
from passerelle.sync.incoming import moving
from passerelle.sync.models import Reading, Touch, TrackingFolder
from passerelle.sync.models.incoming import CursorRow, TouchKind

log = structlog.get_logger(__name__)

AT_ONCE = 1_000  # messages in one command


def pay(lease: Lease, row: CursorRow, source: MailSource) -> bool:
    """Replay every touch due in the folder of this cursor, marks first; whether any was owed.

    `source` reads that folder.
    """
    paid = False
    while touches := _owed(row):
        paid = True
        groups: dict[Hashable, list[Touch]] = defaultdict(list)
        for touch in touches:
            alike = touch.kind, touch.place.uid_validity, touch.value, moving.stage(touch)
            groups[alike].append(touch)
        for group in groups.values():
            for portion in moving.portions(source, group):
                _pay(lease, source, portion)
    return paid


def _pay(lease: Lease, source: MailSource, portion: Sequence[Touch]) -> None:
    crash_point("touch.before")
    fault = _touch(lease, source, portion)
    crash_point("touch.after")
    with transaction.atomic():
        fence(lease)
        Touch.objects.filter(pk__in=[touch.pk for touch in portion]).delete()
    crash_point("touch.forgotten")
    if fault is not None:
        raise fault


def forget_removals(lease: Lease, reading: Reading) -> None:
    """A person decided that email stays at the server: no removal is owed any more."""
    removals = Touch.objects.filter(mailbox=reading.pk, kind=TouchKind.REMOVE)
    if removals.exists():  # the usual case takes no write lock
        with transaction.atomic():
            fence(lease)
            removals.delete()


def touches_in(row: CursorRow) -> QuerySet[Touch]:
    """What is owed in the folder of this cursor, due or not."""
    folder = row.pk if isinstance(row, TrackingFolder) else None
    return Touch.objects.filter(mailbox=row.mailbox_id, tracking_folder=folder)


def _owed(row: CursorRow) -> list[Touch]:
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    owed = touches_in(row).filter(due).select_related("place")
    # A mark before the move that takes its message away: the kinds sort so, and keys made in one
    # millisecond do not. A copy that was begun before the next one, which may be one of its like.
    begun = F("end_uid_validity").asc(nulls_last=True)
    return list(owed.order_by("kind", begun, "touch_id")[:AT_ONCE])


def _touch(lease: Lease, source: MailSource, portion: Sequence[Touch]) -> Fault | None:
    """What touches alike ask for; what is to be told once they are forgotten.

    In a rebuilt folder the UIDs name other messages: none is touched.
    """
    first = portion[0]
    uid_validity = first.place.uid_validity
    uids = [touch.place.uid for touch in portion]
    try:
        match first.kind:
            case TouchKind.REMOVE:
                places = [touch.place for touch in portion]
                items = [Listed(place.uid, place.uidl, 0, None) for place in places]
                source.remove(uid_validity, items)
            case TouchKind.MOVE:
                if isinstance(source, MailMover):  # POP3 has no folders
                    return moving.move(lease, source, portion)
            case _:
                source.mark(uid_validity, uids, first.value)
    except PlaceChanged:
        log.info("touch.dropped", messages=len(portion), uid_validity=uid_validity)
    return None
