"""Moves by a copy, where the server lacks MOVE: each step is kept before the next one.

Before COPY it is kept where the other folder ends, after it that the copy is there; only then the
message is removed. Killed in between, the other folder is asked what came into it since: nothing is
copied twice, and nothing removed that has no copy (decision 0044).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from django.db import transaction

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.faults.mail.protocols import CopyNotFound
from passerelle.protocols.interfaces import FolderEnd, Listed, MailMover, MailSource, Moves
from passerelle.sync.models import Touch
from passerelle.sync.models.incoming import TouchKind

COPIED_AT_ONCE = 100  # messages in one COPY: so many are looked for after a kill


class Mover(MailMover, MailSource, Protocol):
    """The source of a folder whose server has others."""


def stage(touch: Touch) -> tuple[int | None, int | None, bool]:
    """How far a move came; moves alike are carried on together."""
    return touch.end_uid_validity, touch.end_uid_next, touch.is_copied


def portions(source: MailSource, group: Sequence[Touch]) -> Iterator[Sequence[Touch]]:
    """Touches alike as they go into one command."""
    most = len(group)
    if group[0].kind == TouchKind.MOVE and isinstance(source, MailMover):
        most = COPIED_AT_ONCE if _is_by_copy(source, group[0]) else most
    for first in range(0, len(group), most):
        yield group[first : first + most]


def move(lease: Lease, source: Mover, portion: Sequence[Touch]) -> CopyNotFound | None:
    """Move the messages of touches that are alike; what is told once it is over."""
    touch = portion[0]
    uid_validity = touch.place.uid_validity
    if not _is_by_copy(source, touch):
        source.move(uid_validity, [one.place.uid for one in portion], touch.value)
        return None
    there = portion if touch.is_copied else _copied(lease, source, portion)
    if there:
        source.remove(uid_validity, [Listed(one.place.uid, "", 0, None) for one in there])
    lacking = len(portion) - len(there)
    return CopyNotFound(count=lacking) if lacking else None


def _copied(lease: Lease, source: MailMover, portion: Sequence[Touch]) -> Sequence[Touch]:
    """Copy what has no copy yet; the touches whose message may go, as it has one or is gone."""
    touch, uids = portion[0], [one.place.uid for one in portion]
    here = touch.place.uid_validity, uids, touch.value
    was_begun = touch.end_uid_validity is not None
    end = _begun(lease, source, portion)
    lacking: Collection[int] = _without_copy(source.copies(*here, end)) if was_begun else uids
    if lacking:
        told = source.copy(here[0], list(lacking), touch.value)
        crash_point("move.copied")
        lacking = set(lacking) - told
    if lacking:  # gone by itself, or the server does not tell what it copied
        lacking = _without_copy(source.copies(*here, end)) & set(lacking)
    there = [one for one in portion if one.place.uid not in lacking]
    with transaction.atomic():
        fence(lease)
        Touch.objects.filter(pk__in=[one.pk for one in there]).update(is_copied=True)
    crash_point("move.noted")
    return there


def _begun(lease: Lease, source: MailMover, portion: Sequence[Touch]) -> FolderEnd:
    """Where the other folder ended before the first COPY of these messages; kept."""
    touch = portion[0]
    if touch.end_uid_validity is not None:
        end = FolderEnd(touch.end_uid_validity, touch.end_uid_next or 0)
    else:
        end = source.end_of(touch.value)
    with transaction.atomic():
        fence(lease)  # who is late, and was replaced, copies nothing
        Touch.objects.filter(pk__in=[one.pk for one in portion]).update(
            end_uid_validity=end.uid_validity, end_uid_next=end.uid_next
        )
    crash_point("move.begun")
    return end


def _without_copy(copies: Mapping[int, bool]) -> set[int]:
    return {uid for uid, is_there in copies.items() if not is_there}


def _is_by_copy(source: MailMover, touch: Touch) -> bool:
    """What was begun so is ended so, whatever the server has learnt since."""
    return touch.end_uid_validity is not None or source.moves is Moves.BY_COPY
