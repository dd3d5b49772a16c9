"""What points to an account, a contact or a lead, in the tables of every area.

It is read from the models themselves, so that a table which is made tomorrow is moved, too. What
a preview calls it is said here for our own tables, and with `call_moved` by the areas above.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import ForeignKey, ForeignObjectRel, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.models import (
    ActivityParty,
    AddressResolution,
    Contact,
    Email,
    EmailSearch,
    ThreadChoice,
)

MOST_COUNTED = 10_000
# Not moved row by row: one address is one row of a record (`addresses.py`).
APART: frozenset[type[Model]] = frozenset({EmailSearch})

_labels: dict[type[Model], Promise] = {
    ActivityParty: _("Emails in which it takes part"),
    Email: _("Emails that regard it"),
    ThreadChoice: _("Conversations whose answers regard it"),
    AddressResolution: _("Addresses that a person named"),
    Contact: _("Contacts of the account"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How much is moved of one kind; `more` where counting ended at `MOST_COUNTED`."""

    label: Promise
    count: int
    more: bool


def call_moved(model: type[Model], label: Promise) -> None:
    """Say what a preview calls the rows of this table; called at start."""
    _labels[model] = label


@cache
def keys_to(model: type[Regarded]) -> tuple["ForeignKey[Any, Any]", ...]:
    """The foreign keys of all tables that hold records of this kind, those apart left out."""
    found = model._meta.get_fields(include_hidden=True)
    keys = (one.field for one in found if isinstance(one, ForeignObjectRel))
    return tuple(key for key in keys if isinstance(key, ForeignKey) and key.model not in APART)


def rows_with(key: "ForeignKey[Any, Any]", record: Regarded) -> QuerySet[Any]:
    """The rows that point to the record by this key, in no order."""
    return key.model._default_manager.order_by().filter(**{key.name: record})


def count_moved(record: Regarded) -> list[Counted]:
    """What would be moved from the record, a query a kind and never more rows than are counted."""
    return [_counted(label, number) for label, number in _counts(record) if number]


def count_rows(record: Regarded) -> int:
    """How many rows would be moved; where one kind has very many, at least so many."""
    return sum(min(_count(key, record), MOST_COUNTED) for key in keys_to(type(record)))


def _counts(record: Regarded) -> Iterator[tuple[Promise, int]]:
    for key in keys_to(type(record)):
        label = _labels.get(key.model)
        if label is not None and key.model is not type(record):
            yield label, _count(key, record)


def _count(key: "ForeignKey[Any, Any]", record: Regarded) -> int:
    return rows_with(key, record)[: MOST_COUNTED + 1].count()


def _counted(label: Promise, number: int) -> Counted:
    return Counted(label, min(number, MOST_COUNTED), number > MOST_COUNTED)
