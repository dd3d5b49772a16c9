"""The address table held against the records, and put right.

What came to a record by a merge is a copy of nothing, so it stays; and the addresses of a merged
record mean its master.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from passerelle.crm.models import EmailAlias, EmailSearch
from passerelle.crm.models.customers import Customer
from passerelle.crm.services.addresses import (
    ADDRESS_COLUMNS,
    Record,
    keep_many_addresses,
    row_of_alias,
)
from passerelle.crm.services.inserting import load_rows
from passerelle.crm.walking import every_key

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
    rows: QuerySet[Any] = model._default_manager.select_for_update().filter(pk__in=keys)
    whole = rows.filter(master=None) if issubclass(model, Customer) else rows
    return keep_many_addresses(list(whole.order_by("pk")))


@transaction.atomic
def _renew_aliases(keys: Collection[UUID]) -> int:
    aliases = EmailAlias.objects.select_for_update().filter(pk__in=keys)
    EmailSearch.objects.filter(alias__in=keys).exclude(email_address=F("alias__key")).delete()
    there = EmailSearch.objects.filter(alias=OuterRef("pk"))
    lacking = list(aliases.filter(~Exists(there)).order_by("pk"))
    load_rows([row_of_alias(alias) for alias in lacking])
    return len(lacking)
