"""The address table held against the records, and put right.

What came to a record by a merge is a copy of nothing, so it stays; and the addresses of a merged
record mean its master.
"""

from collections.abc import Collection, Iterator
from itertools import chain, islice
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from passerelle.crm.differences import Differences
from passerelle.crm.models import EmailAlias, EmailSearch
from passerelle.crm.models.customers import Customer
from passerelle.crm.services.addresses import (
    ADDRESS_COLUMNS,
    Record,
    compare_addresses,
    keep_many_addresses,
    row_of_alias,
)
from passerelle.crm.services.chunks import portions
from passerelle.crm.services.inserting import load_rows
from passerelle.crm.walking import every_key
from passerelle.guids import first_guid_of

RECORDS_AT_ONCE = 1_000  # in one transaction


def renew_all_addresses() -> Iterator[int]:
    """Put the whole table right, some records a transaction; yields how many rows were wrong.

    Whoever changes a record meanwhile waits for its portion at most. Killed, it is begun again.
    """
    for model in ADDRESS_COLUMNS:
        for keys in every_key(model._default_manager.all(), RECORDS_AT_ONCE):
            yield _renew(model, keys)
    for keys in every_key(EmailAlias.objects.all(), RECORDS_AT_ONCE):
        yield _renew_aliases(keys)


@transaction.atomic
def _renew(model: type[Record], keys: Collection[UUID]) -> int:
    rows: QuerySet[Any] = model._default_manager.select_for_update()
    return keep_many_addresses(_whole(rows, model, keys))


def _whole(rows: QuerySet[Any], model: type[Record], keys: Collection[UUID]) -> list[Any]:
    """Those of the records whose addresses mean themselves."""
    records = rows.filter(pk__in=keys).order_by("pk")
    return list(records.filter(master=None) if issubclass(model, Customer) else records)


@transaction.atomic
def _renew_aliases(keys: Collection[UUID]) -> int:
    aliases = EmailAlias.objects.select_for_update().filter(pk__in=keys)
    _wrong_of_aliases(keys).delete()
    lacking = list(_without_row(aliases).order_by("pk"))
    load_rows([row_of_alias(alias) for alias in lacking])
    return len(lacking)


def _wrong_of_aliases(keys: Collection[UUID]) -> QuerySet[EmailSearch]:
    rows = EmailSearch.objects.filter(alias__in=keys)
    return rows.exclude(email_address=F("alias__key"))


def _without_row(aliases: QuerySet[EmailAlias]) -> QuerySet[EmailAlias]:
    return aliases.filter(~Exists(EmailSearch.objects.filter(alias=OuterRef("pk"))))


def address_differences(sample: int | None = None) -> Differences:
    """Compare the table with the records, and change nothing: with some of each kind, or all.

    Some are so many of the newest that were made here, and as many from anywhere: what imports
    brought has keys of another system, and each comparison looks at others.
    """
    found = Differences()
    for model in ADDRESS_COLUMNS:
        for keys in _keys(model._default_manager.all(), sample):
            compared = compare_addresses(_whole(model._default_manager.all(), model, keys))
            found += Differences(len(compared.lacking), len(compared.surplus))
    for keys in _keys(EmailAlias.objects.all(), sample):
        lacking = _without_row(EmailAlias.objects.filter(pk__in=keys)).count()
        wrong = _wrong_of_aliases(keys).count()
        found += Differences(lacking + wrong, wrong)
    return found


def _keys(rows: QuerySet[Any], sample: int | None) -> Iterator[list[UUID]]:
    if sample is None:
        yield from every_key(rows, RECORDS_AT_ONCE)
        return
    newest = rows.filter(pk__lte=first_guid_of(timezone.now())).order_by("-pk")
    begin, found = uuid4(), set(newest.values_list("pk", flat=True)[:sample])
    parts = rows.filter(pk__gte=begin), rows.filter(pk__lt=begin)
    anywhere = (part.order_by("pk").values_list("pk", flat=True)[:sample] for part in parts)
    found.update(islice(chain.from_iterable(anywhere), sample))
    yield from portions(sorted(found), RECORDS_AT_ONCE)
