"""Pay what is owed to the server: keywords on messages, removals, moves.

A touch was committed with its record and is forgotten when the server has confirmed it. Killed in
between, it is done again: setting a keyword twice is setting it once, and what is gone cannot be
removed or moved again. UIDVALIDITY is checked by the server's connection first, as a UID alone
names nothing (RFC 9051, 2.3.1.1).
"""

from collections import defaultdict
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults.mail.protocols import PlaceChanged
from passerelle.protocols.interfaces import Listed, MailMover, MailSource
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
        groups: dict[tuple[str, int, str], list[Touch]] = defaultdict(list)
        for touch in touches:
            groups[touch.kind, touch.place.uid_validity, touch.value].append(touch)
        for group in groups.values():
            crash_point("touch.before")
            _touch(source, group)
            crash_point("touch.after")
            with transaction.atomic():
                fence(lease)
                Touch.objects.filter(pk__in=[touch.pk for touch in group]).delete()
            crash_point("touch.forgotten")
    return paid


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
    # millisecond do not.
    return list(owed.order_by("kind", "touch_id")[:AT_ONCE])


def _touch(source: MailSource, group: Sequence[Touch]) -> None:
    """One command for touches alike. In a rebuilt folder the UIDs name other messages: none."""
    first = group[0]
    uid_validity = first.place.uid_validity
    uids = [touch.place.uid for touch in group]
    try:
        match first.kind:
            case TouchKind.REMOVE:
                places = [touch.place for touch in group]
                items = [Listed(place.uid, place.uidl, 0, None) for place in places]
                source.remove(uid_validity, items)
            case TouchKind.MOVE:
                if isinstance(source, MailMover):  # POP3 has no folders
                    source.move(uid_validity, uids, first.value)
            case _:
                source.mark(uid_validity, uids, first.value)
    except PlaceChanged:
        log.info("touch.dropped", messages=len(group), uid_validity=uid_validity)
