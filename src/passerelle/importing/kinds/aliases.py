"""The aliases of users and queues, as a column of addresses says them.

Those that a record has stay: a table that names fewer takes none away. They are approved, since
only administrators import.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from passerelle.crm import services as crm
from passerelle.crm.models import EmailAlias, EmailSearch
from passerelle.faults import noop
from passerelle.importing.columns import Column, Parsed, addresses
from passerelle.importing.refusals import ADDRESS_TAKEN, MANY_ALIASES, RefusedError

ALIASES = "aliases"


class Aliases:
    """The aliases of one batch: who has each address, and what is to be added."""

    def __init__(self, kind: str, rows: Sequence[Parsed], keys: Collection[UUID]) -> None:
        """Look up who has the addresses that rows name, and what the stored records `keys` have."""
        self._kind = kind
        self._added: dict[str, EmailAlias] = {}  # by address
        self._holders: dict[str, tuple[str, UUID]] = {}  # by address
        self._counts: Counter[UUID] = Counter()
        named = {crm.address_key(one) for row in rows for one in row.values.get(ALIASES, ())}
        if named:
            self._look_up(named, keys)

    def _look_up(self, named: Collection[str], keys: Collection[UUID]) -> None:
        held = EmailSearch.objects.filter(email_address__in=named)
        held = held.exclude(systemuser=None, queue=None)
        for own, user, queue in held.values_list("email_address", "systemuser_id", "queue_id"):
            self._holders[own] = ("systemuser", user) if user else ("queue", queue)
        theirs = EmailAlias.objects.filter(**{f"{self._kind}__in": list(keys)})
        self._counts.update(theirs.values_list(f"{self._kind}_id", flat=True))

    def wanted(self, holder: UUID, own: str, named: Sequence[str]) -> list[EmailAlias]:
        """Those that the holder, whose own address is `own`, lacks. Raises `RefusedError`."""
        lacking = {}
        for address in named:
            key = crm.address_key(address)
            held_by = self._holders.get(key)
            if held_by not in {None, (self._kind, holder)}:
                raise RefusedError(ADDRESS_TAKEN, address)
            if held_by is None and key != crm.address_key(own):
                lacking[key] = self._alias(holder, address, key)
        if self._counts[holder] + len(lacking) > crm.MOST_ALIASES:
            raise RefusedError(MANY_ALIASES, limit=crm.MOST_ALIASES)
        return list(lacking.values())

    def add(self, aliases: Sequence[EmailAlias]) -> None:
        """Have these be written."""
        for one in aliases:
            self._added[one.key] = one
            self._holders[one.key] = (self._kind, one.owner_id)

    def is_new(self, address: str) -> bool:
        """Whether a record of this batch gets the address as an alias."""
        return crm.address_key(address) in self._added

    def reserve(self, holder: UUID, own: str) -> None:
        """Let nobody of this batch have the own address of a new record as an alias."""
        self._holders.setdefault(crm.address_key(own), (self._kind, holder))

    def write(self) -> None:
        """Store what was added."""
        crm.add_aliases(list(self._added.values()))

    def _alias(self, holder: UUID, address: str, key: str) -> EmailAlias:
        whose = {f"{self._kind}_id": holder}
        return EmailAlias(**whose, address=address, key=key, is_approved=True)


def column() -> Column:
    """The column of the aliases; Exchange and Active Directory have their names for it."""
    names = ("Aliases", "Alias de messagerie", "proxyAddresses", "EmailAddresses")
    return Column(ALIASES, noop("Aliases (with semicolons between)"), names, addresses)
