"""What a batch leaves us owing to the server: marks, removals, moves. Pure.

A message is removed only when everything that it held is a record here; what was ignored or could
not be understood stays where it is, as it may be the only copy.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from passerelle.crm import services as crm
from passerelle.faults import Fault
from passerelle.protocols.interfaces import Listed
from passerelle.sync.incoming.deciding import Judged
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.models import Touch
from passerelle.sync.models.incoming import TouchKind
from passerelle.tracking import Complete, Reason, Skip, Track


def owed(desk: Desk, batch: Sequence[Judged], now: datetime) -> Iterator[Touch]:
    """The touches of a batch; those of one message of the server stand together."""
    for _, group in groupby(batch, key=_message):
        judged = list(group)
        yield from _marks(desk, judged, now)
        if desk.removes_from is not None and all(_is_kept_here(one) for one in judged):
            yield _touch(desk, judged[0], TouchKind.REMOVE, "", now, not_before=desk.removes_from)
        elif folder := _folder_for(desk, judged):
            yield _touch(desk, judged[0], TouchKind.MOVE, folder, now)


def _folder_for(desk: Desk, group: Sequence[Judged]) -> str:
    """Where a message of the server goes; "" where it stays."""
    if any(isinstance(one.decision, Fault) for one in group):
        return desk.undeliverable
    return desk.tracked_folder if any(isinstance(one.decision, Track) for one in group) else ""


def _message(judged: Judged) -> Listed:
    return judged.received.raw.listed


def _marks(desk: Desk, group: Sequence[Judged], now: datetime) -> Iterator[Touch]:
    """Before any move, which takes the message from where its UID names it."""
    for judged in group:
        match judged.decision:
            case Track() if desk.keyword:
                yield _touch(desk, judged, TouchKind.KEYWORD, desk.keyword, now)
            case Fault() if desk.undelivered_keyword:
                yield _touch(desk, judged, TouchKind.KEYWORD, desk.undelivered_keyword, now)


def _is_kept_here(judged: Judged) -> bool:
    """Recorded now or before. What a person decided was decided apart from its neighbours."""
    if judged.received.has_place:
        return False
    match judged.decision:
        case Track() | Complete():
            return True
        case Skip() as skip:
            return skip.reason is Reason.DUPLICATE
        case _:
            return False


def _touch(
    desk: Desk,
    judged: Judged,
    kind: TouchKind,
    value: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> Touch:
    return crm.new_row(
        Touch,
        place_id=judged.received.place,
        mailbox_id=desk.mailbox,
        tracking_folder_id=desk.watched,
        kind=kind,
        value=value,
        created_on=now,
        not_before=not_before,
    )
