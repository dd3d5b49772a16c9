"""Pay what is owed to the server: keywords on tracked messages.

A touch was committed with its record and is removed when the server has confirmed it. Killed in
between, it is done again: setting a keyword twice is setting it once. UIDVALIDITY is checked by
the server's connection first, as a UID alone names nothing (RFC 9051, 2.3.1.1).
"""

from collections import defaultdict

import structlog
from django.db import transaction

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults.protocols import PlaceChanged
from passerelle.protocols.interfaces import MailSource
from passerelle.sync.models import Reading, Touch

log = structlog.get_logger(__name__)

AT_ONCE = 1_000  # UIDs in one command


def pay(lease: Lease, reading: Reading, source: MailSource) -> bool:
    """Replay every touch of this mailbox, the oldest first; whether any was owed."""
    owed = False
    while touches := _owed(reading):
        owed = True
        groups: dict[tuple[int, str], list[Touch]] = defaultdict(list)
        for touch in touches:
            groups[touch.place.uid_validity, touch.value].append(touch)
        for (uid_validity, keyword), group in groups.items():
            crash_point("touch.before")
            _mark(source, uid_validity, [touch.place.uid for touch in group], keyword)
            crash_point("touch.after")
            with transaction.atomic():
                fence(lease)
                Touch.objects.filter(pk__in=[touch.pk for touch in group]).delete()
            crash_point("touch.forgotten")
    return owed


def _owed(reading: Reading) -> list[Touch]:
    owed = Touch.objects.filter(mailbox=reading.pk).select_related("place").order_by("touch_id")
    return list(owed[:AT_ONCE])


def _mark(source: MailSource, uid_validity: int, uids: list[int], keyword: str) -> None:
    """Set the keyword; in a rebuilt folder the UIDs name other messages, and none is touched."""
    try:
        source.mark(uid_validity, uids, keyword)
    except PlaceChanged:
        log.info("touch.dropped", messages=len(uids), uid_validity=uid_validity)
