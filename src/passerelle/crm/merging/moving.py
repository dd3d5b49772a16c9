"""Moves what points to a merged record to its master, some rows at once.

Killed between two portions, it goes on; done again, it finds nothing. Who may read an email is not
touched: it never depends on a customer. A cycle that looked an address up just before the merge
may write the old record just after it, so all is looked through once more when no such cycle can
run.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey
from django.utils import timezone

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.merging.addresses import move_addresses
from passerelle.crm.merging.beginning import close_merged
from passerelle.crm.merging.pointing import keys_to, rows_with
from passerelle.crm.models import RecordMerge
from passerelle.crm.models.customers import KINDS

ROWS_AT_ONCE = 500
SETTLES_AFTER = timedelta(hours=1)  # longer than any work that writes parties may take


def move_some(key: UUID) -> bool:
    """Move the next rows of this merge, in the caller's transaction; whether there may be more.

    As many queries for few rows as for many.
    """
    merge = RecordMerge.objects.select_for_update().get(pk=key)
    # Locked, as its master may be merged itself at this moment.
    records = KINDS[merge.kind]._default_manager.select_for_update(no_key=True)
    other = records.filter(pk=merge.other, master__isnull=False).first()
    if other is None or other.master_id is None:  # one of the two is gone: nothing points to it
        merge.moved_on = merge.settled_on = timezone.now()
        merge.save(update_fields=["moved_on", "settled_on"])
        return False
    move_addresses(other, other.master_id)
    moved = sum(_move(other, ROWS_AT_ONCE))
    _note(merge, other, moved)
    return moved > 0


def seconds_to_settle(key: UUID) -> float | None:
    """When the merge is to be looked through once more; None where that was done."""
    merge = RecordMerge.objects.filter(pk=key).first()
    return None if merge is None else _seconds_left(merge)


def _seconds_left(merge: RecordMerge) -> float | None:
    if merge.moved_on is None or merge.settled_on is not None:
        return None
    return max(0.0, (merge.moved_on + SETTLES_AFTER - timezone.now()).total_seconds())


def _move(other: Regarded, most: int) -> Iterator[int]:
    left = most
    for key in keys_to(type(other)):
        moved = _move_rows(key, other, left) if left else 0
        left -= moved
        yield moved


def _move_rows(key: "ForeignKey[Any, Any]", other: Regarded, most: int) -> int:
    keys = list(rows_with(key, other).values_list("pk", flat=True)[:most])
    if not keys:
        return 0
    # Asked again which point to it: a person may say meanwhile that one regards another record.
    rows = rows_with(key, other).filter(pk__in=keys)
    return rows.update(**{key.attname: other.master_id}, **_moments(key))


def _moments(key: "ForeignKey[Any, Any]") -> dict[str, Any]:
    """When the row was changed, where the table says so."""
    columns = key.model._meta.concrete_fields
    return {one.name: timezone.now() for one in columns if getattr(one, "auto_now", False)}


def _note(merge: RecordMerge, other: Regarded, moved: int) -> None:
    """How far it is; where nothing was left, which of the two looks that was."""
    now = timezone.now()
    merge.moved += moved
    merge.last_code = ""
    if not moved and merge.moved_on is None:
        merge.moved_on = now
    elif not moved and _seconds_left(merge) == 0:
        close_merged(other)
        merge.settled_on = now
    merge.save(update_fields=["moved", "last_code", "moved_on", "settled_on"])
