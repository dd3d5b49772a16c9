"""The accounts, contacts and leads that words mean, without going through all of them.

The beginning of the list is followed some way: of a word that many have, a page is full by then,
and nothing is sorted. Else those that have the words are gathered by the index and sorted.
"""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Q, QuerySet

from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.names.databases import has_all
from passerelle.crm.names.words import words_sought

Customer = TypeVar("Customer", Account, Contact, Lead)

NEAR = 2_000  # records of a list that are looked at one by one: some milliseconds
_EVERYWHERE = Q()


def first_named(
    terms: Sequence[str],
    rows: QuerySet[Customer],
    order: Sequence[str],
    limit: int,
    beyond: Q = _EVERYWHERE,
) -> list[Customer]:
    """The first of these rows, in this order, that have all words of the terms.

    The list stands by a name and the key, in one direction, and begins `beyond` a place in it. A
    word is found by its beginning, in a name or an address; terms without a letter or digit find
    nothing. Three queries at most.
    """
    sought = words_sought(terms)
    if not sought:
        return []
    listed = rows.filter(beyond).order_by(*order)
    having = listed.filter(*(Q(search_words__contains=one.part) for one in sought))
    edge = _edge(rows.model, order, beyond)
    if edge is None:
        return list(having[:limit])
    near = list(having.filter(edge)[:limit])
    return near if len(near) == limit else list(listed.filter(has_all(rows.model, sought))[:limit])


def _edge(model: type[Customer], order: Sequence[str], beyond: Q) -> Q | None:
    """What stands within the next `NEAR` names; None where the list ends before.

    Whatever the state of those records: that stands in no index of names, and asked for it SQLite
    goes through all records and sorts them.
    """
    name, sign = order[0].removeprefix("-"), "gt" if order[0].startswith("-") else "lt"
    standing = model._default_manager.filter(beyond).order_by(*order)
    edge = list(standing.values_list(name, "pk")[NEAR : NEAR + 1])
    if not edge:
        return None
    text, key = edge[0]
    # The first term says it twice, so that a database seeks in its index and does not scan it;
    # the second holds where very many have one name.
    return Q(**{f"{name}__{sign}e": text}) & (
        Q(**{f"{name}__{sign}": text}) | Q(**{f"pk__{sign}e": key})
    )
