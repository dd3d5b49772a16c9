"""Whose emails a list is narrowed down to: an address, or a record found by its name.

What is typed is an address, or words of a name; of several records with that name one is chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model

from passerelle.crm.merging import master_of
from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.customers import KINDS
from passerelle.guids import guid_of
from passerelle.messages import key_of, parse_address
from passerelle.web.lists.about import About, AtAddress, Whose
from passerelle.web.lists.finding import Found, find_anybody
from passerelle.web.lists.listing import SEARCH_CHARS

# By the names of their pages, which `Found.choice` has: kind, as a party names it, and model.
_PRINCIPALS: Mapping[str, tuple[str, type[SystemUser | Queue]]] = {
    "user": ("systemuser", SystemUser),
    "queue": ("queue", Queue),
}


@dataclass(frozen=True, slots=True)
class PersonSought:
    """What was asked for, and whom it means."""

    text: str = ""  # as the box shows it again, or the choice of a record
    about: Whose | None = None
    record: Model | None = None  # that was chosen or found alone
    choices: Sequence[Found] = ()  # who else may be meant

    @property
    def is_nobody(self) -> bool:
        return bool(self.text) and self.about is None and not self.choices


def person_sought(query: Mapping[str, str]) -> PersonSought:
    """Who stands in the address of a page, bounded."""
    text = query.get("person", "").replace("\0", "")[:SEARCH_CHARS].strip()
    if not text:
        return PersonSought()
    if (chosen := _chosen(text)) is not None:
        return chosen
    if (address := parse_address(text)) is not None:
        return PersonSought(text, AtAddress(key_of(address.address)))
    found = find_anybody(text)
    sole = _chosen(found[0].choice) if len(found) == 1 else None
    return sole or PersonSought(text, choices=found)


def _chosen(text: str) -> PersonSought | None:
    """The record of a choice, or what it was merged into since."""
    page, _space, key = text.partition(" ")
    guid = guid_of(key)
    if guid is None:
        return None
    if page in KINDS:
        customer = KINDS[page]._default_manager.filter(pk=guid).first()
        if customer is None:
            return None
        master = master_of(customer)
        return PersonSought(f"{page} {master.pk}", About(page, master.pk), master)
    if page in _PRINCIPALS:
        kind, model = _PRINCIPALS[page]
        record = model.objects.filter(pk=guid).first()
        return PersonSought(text, About(kind, guid), record) if record is not None else None
    return None
