"""Keeps the words of names and addresses, in the transaction that writes the record."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.models.customers import KINDS
from passerelle.crm.names import databases
from passerelle.crm.names.words import words_of
from passerelle.crm.walking import every_key

Customer = Account | Contact | Lead

RECORDS_AT_ONCE = 1_000  # of a repair, in one transaction
SEARCHED: Mapping[type[Customer], tuple[str, ...]] = {
    Account: ("name", "email_address1"),
    Contact: ("fullname", "email_address1", "email_address2", "email_address3"),
    Lead: ("fullname", "company_name", "email_address1"),
}


def set_words(records: Sequence[Customer]) -> None:
    """Give records of one kind their words: new ones, or locked ones, before they are saved."""
    if not records:
        return
    texts_of = attrgetter(*SEARCHED[type(records[0])])
    changed = []
    for record in records:
        words = words_of(texts_of(record))
        if words != record.search_words:
            record.search_words = words
            changed.append(record)
    if changed and databases.has_own_index():
        _index(type(changed[0]), changed)


def _index(model: type[Customer], records: Sequence[Customer]) -> None:
    """Into FTS5; who has no number yet gets the next one."""
    new = [record for record in records if record.search_number is None]
    known = [(one.search_number, one) for one in records if one.search_number is not None]
    databases.put(model, [(number, one.search_words) for number, one in known])
    added = list(enumerate(new, databases.last_number(model) + 1 if new else 0))
    for number, record in added:
        record.search_number = number
    databases.add(model, [(number, one.search_words) for number, one in added])


def renew_words(model: type[Customer], keys: Collection[UUID], *, anew: bool = False) -> None:
    """Give stored records of one kind the words that they must have now; it locks them.

    They are read again: what was loaded before may be what another one has changed since. `anew`
    writes those into the index, too, that seem to stand there.
    """
    with transaction.atomic():
        rows: QuerySet[Any] = model._default_manager.select_for_update().filter(pk__in=keys)
        names = ("pk", "search_number", "search_words", *SEARCHED[model])
        stored = list(rows.order_by("pk").values_list(*names))
        wanted = [(key, number, old, words_of(texts)) for key, number, old, *texts in stored]
        found = [
            (key, words, number)
            for key, number, old, words in wanted
            if words != old or (anew and words)
        ]
        if not found:
            return
        if databases.has_own_index():
            numbers = count(databases.last_number(model) + 1)
            found = [(key, words, number or next(numbers)) for key, words, number in found]
            databases.put(model, [(number, words) for _key, words, number in found])
        databases.write(model, found)


def forget_words(record: Customer) -> None:
    """The record is removed."""
    if databases.has_own_index() and record.search_number is not None:
        databases.forget(type(record), record.search_number)


def renew_all_words() -> Iterator[int]:
    """Make all words anew, some records a transaction; yields how many were done at each.

    Whoever changes a record meanwhile waits for its portion at most. Killed, it is begun again.
    """
    for model in KINDS.values():
        for keys in every_key(model._default_manager.all(), RECORDS_AT_ONCE):
            renew_words(model, keys, anew=databases.has_own_index())
            yield len(keys)
        while databases.has_own_index() and (gone := databases.strangers(model, RECORDS_AT_ONCE)):
            databases.forget_strangers(model, gone)
