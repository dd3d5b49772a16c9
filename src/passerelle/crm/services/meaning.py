"""Whom addresses mean for email: the records that hold them, but those that are not approved.

Whoever has a colleague's address written on their own record must not see the colleague's email by
it. So the address of a user or a queue means nobody until it is approved, and so does an alias. Who
approves an address is known to an area above, which says so with `withhold_addresses`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any
from uuid import UUID

from passerelle.crm.models import EmailSearch
from passerelle.crm.services.chunks import chunks
from passerelle.crm.services.prepared import Prepared
from passerelle.tracking import PartyKind, RecordRef

Held = tuple[RecordRef, ...]
Records = Mapping[str, Held]  # by address, lower case

# Of these users and of these queues, the keys of those whose address is not approved.
Withholder = Callable[[Collection[UUID], Collection[UUID]], Collection[UUID]]
_withholders: list[Withholder] = []


@dataclass(frozen=True, slots=True)
class Meant:
    """The records that addresses mean, and those that wait for their address to be approved."""

    records: Records
    withheld: Records


def withhold_addresses(withholder: Withholder) -> None:
    """Have the addresses of the users and queues that it names mean nobody; called at start."""
    if withholder not in _withholders:
        _withholders.append(withholder)


def meant_by(addresses: Collection[str]) -> Meant:
    """Whom these addresses (lower case) mean: a query a chunk, and one for users and queues."""
    found, waiting = _found(addresses)
    held = withheld_among(_keys(found, PartyKind.SYSTEMUSER), _keys(found, PartyKind.QUEUE))
    records = _those(found, lambda record: record.id not in held)
    withheld = _those(found, lambda record: record.id in held) if held else {}
    for address, holders in waiting.items():
        withheld[address] = (*withheld.get(address, ()), *holders)
    return Meant(records, withheld)


def withheld_among(users: Collection[UUID], queues: Collection[UUID]) -> frozenset[UUID]:
    """Those of these users and queues whose addresses mean nobody yet."""
    if not users and not queues:
        return frozenset()
    return frozenset(key for withholder in _withholders for key in withholder(users, queues))


def _keys(found: Records, kind: PartyKind) -> frozenset[UUID]:
    return frozenset(one.id for records in found.values() for one in records if one.kind is kind)


def _those(found: Records, wanted: Callable[[RecordRef], bool]) -> dict[str, Held]:
    chosen = {address: tuple(filter(wanted, records)) for address, records in found.items()}
    return {address: records for address, records in chosen.items() if records}


def records_of(addresses: Collection[str]) -> dict[str, Held]:
    """The records that have each address (lower case), in the order in which they got it.

    Without those for which it is an alias that nobody has approved yet.
    """
    return _found(addresses)[0]


_COLUMNS = {  # of each kind of record: its key, its state, its name, and its owner if it has one
    PartyKind.SYSTEMUSER: ("systemuser", "systemuser__is_disabled", "systemuser__fullname"),
    PartyKind.QUEUE: ("queue", "queue__statecode", "queue__name", "queue__owner"),
    PartyKind.ACCOUNT: ("account", "account__statecode", "account__name", "account__owner"),
    PartyKind.CONTACT: ("contact", "contact__statecode", "contact__fullname", "contact__owner"),
    PartyKind.LEAD: ("lead", "lead__statecode", "lead__fullname", "lead__owner"),
}
_BEGINS = (0, *accumulate(map(len, _COLUMNS.values())))
_HOLDERS: Prepared[str] = Prepared(
    lambda addresses: (
        EmailSearch.objects.filter(email_address__in=addresses)
        .order_by("email_search_id")
        .values_list("email_address", "alias", "alias__is_approved", *chain(*_COLUMNS.values()))
    )
)


def _found(addresses: Collection[str]) -> tuple[dict[str, Held], dict[str, Held]]:
    """The records that have each address, and those for which it is an alias that waits."""
    found: dict[str, list[RecordRef]] = defaultdict(list)
    waiting: dict[str, list[RecordRef]] = defaultdict(list)
    for chunk in chunks(addresses):
        for address, alias, is_approved, *columns in _HOLDERS.rows(chunk):
            counts = alias is None or is_approved
            (found if counts else waiting)[address].append(_record(columns))
    return _frozen(found), _frozen(waiting)


def _frozen(found: Mapping[str, list[RecordRef]]) -> dict[str, Held]:
    return {address: tuple(records) for address, records in found.items()}


def _record(columns: Sequence[Any]) -> RecordRef:
    """The one record that a row of the address table belongs to."""
    for at, (kind, names) in enumerate(_COLUMNS.items()):
        key, state, name, *owner = columns[_BEGINS[at] : _BEGINS[at] + len(names)]
        if key is not None:
            # Active is 0 in `statecode` of all of these (an open lead is an active one), as what
            # is not disabled is.
            return RecordRef(kind, key, not state, owner[0] if owner else None, name)
    raise AssertionError("a row of emailsearch has exactly one parent")
