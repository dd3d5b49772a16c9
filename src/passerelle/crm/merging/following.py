"""From a merged record to its master: what a person or a list names may be merged by now."""

from collections.abc import Collection
from typing import TypeVar, cast
from uuid import UUID

from passerelle.crm.models import Account, Contact, Lead, RecordMerge

MOST_SHOWN = 20

Customer = TypeVar("Customer", bound=Account | Contact | Lead)


def master_of(record: Customer) -> Customer:
    """The record itself, or the one that it was merged into."""
    return cast("Customer", record.master or record)


def masters_of(
    model: type[Account] | type[Contact] | type[Lead], keys: Collection[UUID]
) -> dict[UUID, UUID]:
    """Of these records, those that were merged, with their masters. A query where there are any."""
    if not keys:
        return {}
    merged = model._default_manager.filter(pk__in=keys, master__isnull=False)
    return {key: master for key, master in merged.values_list("pk", "master_id") if master}


def running_merge(master: Account | Contact | Lead) -> RecordMerge | None:
    """A merge into this record whose rows are still being moved."""
    return RecordMerge.objects.filter(master=master.pk, moved_on=None).first()


def merged_into(master: Customer) -> list[Customer]:
    """The records that were merged into it, the first ones where they are very many."""
    rows = type(master)._default_manager.filter(master=master.pk).order_by("pk")
    return cast("list[Customer]", list(rows[:MOST_SHOWN]))
