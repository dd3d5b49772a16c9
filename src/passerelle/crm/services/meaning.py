"""Whom addresses mean for email: the records that hold them, but those that are not approved.

Whoever has a colleague's address written on their own record must not see the colleague's email by
it. So the address of a user or a queue means nobody until it is approved, and so does an alias. Who
approves an address is known to an area above, which says so with `withhold_addresses`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from passerelle.crm.models import Account, Contact, EmailSearch, Lead, Queue
from passerelle.crm.models.addresses import KINDS
from passerelle.crm.services.chunks import chunks
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


def _found(addresses: Collection[str]) -> tuple[dict[str, Held], dict[str, Held]]:
    """The records that have each address, and those for which it is an alias that waits."""
    found: dict[str, list[RecordRef]] = defaultdict(list)
    waiting: dict[str, list[RecordRef]] = defaultdict(list)
    for chunk in chunks(addresses):
        rows = (
            EmailSearch.objects.filter(email_address__in=chunk)
            .select_related("alias", *KINDS)
            .order_by("email_search_id")
        )
        for row in rows:
            counts = row.alias is None or row.alias.is_approved
            (found if counts else waiting)[row.email_address].append(_record(row))
    return _frozen(found), _frozen(waiting)


def _frozen(found: Mapping[str, list[RecordRef]]) -> dict[str, Held]:
    return {address: tuple(records) for address, records in found.items()}


def _record(row: EmailSearch) -> RecordRef:
    """The one record that a row of the address table belongs to."""
    if user := row.systemuser:
        return RecordRef(PartyKind.SYSTEMUSER, user.pk, not user.is_disabled, None, user.fullname)
    if queue := row.queue:
        return _owned(PartyKind.QUEUE, queue, queue.name)
    if account := row.account:
        return _owned(PartyKind.ACCOUNT, account, account.name)
    if contact := row.contact:
        return _owned(PartyKind.CONTACT, contact, contact.fullname)
    if lead := row.lead:
        return _owned(PartyKind.LEAD, lead, lead.fullname)
    raise AssertionError("a row of emailsearch has exactly one parent")


def _owned(kind: PartyKind, record: Queue | Account | Contact | Lead, name: str) -> RecordRef:
    """Active is 0 in `statecode` of all of these (an open lead is an active one)."""
    return RecordRef(kind, record.pk, record.statecode == 0, record.owner_id, name)
