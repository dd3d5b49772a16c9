"""The address table: which records have which address.

Kept in the transaction that writes the record. An address may belong to several records: whom it
means is decided by tracking, never here. Those that must follow an address (a mailbox follows its
user's) register a function, which runs in the same transaction.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from passerelle.crm.models import (
    Account,
    Contact,
    EmailAlias,
    EmailSearch,
    Lead,
    Queue,
    SystemUser,
)
from passerelle.crm.models.addresses import DOMAIN, OF_USERS_AND_QUEUES
from passerelle.crm.services.inserting import load_values
from passerelle.guids import new_guid
from passerelle.messages import key_of

Record = SystemUser | Queue | Account | Contact | Lead

_KIND_OF: dict[type[Record], str] = {
    SystemUser: "systemuser",
    Queue: "queue",
    Account: "account",
    Contact: "contact",
    Lead: "lead",
}
# The columns of each kind of record that hold its addresses, the first to be filled first.
ADDRESS_COLUMNS: Mapping[type[Record], tuple[str, ...]] = {
    SystemUser: ("internal_email_address",),
    Queue: ("email_address",),
    Account: ("email_address1",),
    Contact: ("email_address1", "email_address2", "email_address3"),
    Lead: ("email_address1",),
}


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A user or queue has another name or address now, or became active or inactive."""

    kind: str  # "systemuser" or "queue"
    id: UUID
    name: str
    address: str
    active: bool = True


_followers: list[Callable[[AddressChange], None]] = []


def follow_addresses(follower: Callable[[AddressChange], None]) -> None:
    """Call `follower` in the transaction in which a user or queue changes as above."""
    if follower not in _followers:
        _followers.append(follower)


def tell_followers(change: AddressChange) -> None:
    """Tell those who follow addresses; one that raises undoes the whole change."""
    for follower in _followers:
        follower(change)


def kind_of(record: Record) -> str:
    """What the key to such a record is called in the tables that hold several kinds."""
    return _KIND_OF[type(record)]


def record_model(kind: str) -> type[Record]:
    """The kind of record that a key of this name leads to."""
    return next(model for model, name in _KIND_OF.items() if name == kind)


def addresses_of(record: Record) -> list[str]:
    """The addresses that the record holds now, as they are looked up."""
    held = (getattr(record, column) for column in ADDRESS_COLUMNS[type(record)])
    return list(dict.fromkeys(address_key(address) for address in held if address))


def address_key(address: str) -> str:
    """The form in which an address is stored and looked up."""
    return key_of(address.strip())


def our_domains(domains: Collection[str]) -> set[str]:
    """Those of the domains at which a user or a queue has an address."""
    rows = EmailSearch.objects.annotate(domain=DOMAIN).filter(OF_USERS_AND_QUEUES)
    return set(rows.filter(domain__in=domains).values_list("domain", flat=True).distinct())


def refuse_alias(address: str, field: str) -> None:
    """Refuse an address that is an alias: one address, one user or queue."""
    alias = EmailAlias.objects.select_related("systemuser", "queue")
    taken = alias.filter(key=address_key(address)).first() if address else None
    if taken is not None:
        text = gettext("This is an alias of {owner}. Remove it there first.")
        raise ValidationError({field: text.format(owner=taken.owner)})


def row_of_alias(alias: EmailAlias) -> EmailSearch:
    """The row by which an alias is looked up, not stored."""
    return EmailSearch(
        email_address=alias.key,
        alias=alias,
        systemuser_id=alias.systemuser_id,
        queue_id=alias.queue_id,
    )


def keep_addresses(record: Record) -> None:
    """Make the rows of one record those of its addresses; those that it got by a merge stay."""
    kind = kind_of(record)
    wanted = addresses_of(record)
    rows = EmailSearch.objects.filter(**{kind: record}, alias=None)
    rows.exclude(email_address__in=wanted).filter(by_merge=False).delete()
    known = set(rows.values_list("email_address", flat=True))
    EmailSearch.objects.bulk_create(
        EmailSearch(email_address=address, **{kind: record})
        for address in wanted
        if address not in known
    )


def add_addresses(
    records: Sequence[Record], known: Collection[tuple[UUID, str]] = frozenset()
) -> None:
    """The rows of many records of one kind; those that are known are there."""
    if records:
        load_values(
            EmailSearch,
            ("email_search_id", "email_address", kind_of(records[0])),
            [
                (new_guid(), address, record.pk)
                for record in records
                for address in addresses_of(record)
                if (record.pk, address) not in known
            ],
        )


def keep_many_addresses(records: Sequence[Record]) -> int:
    """`keep_addresses` for stored records of one kind, in three statements; how many were wrong."""
    compared = compare_addresses(records)
    EmailSearch.objects.filter(pk__in=compared.surplus).delete()
    add_addresses(records, known=compared.known)
    return len(compared.surplus) + len(compared.lacking)


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows of some records beside those that they should have."""

    surplus: Collection[UUID]  # keys of rows
    known: Collection[tuple[UUID, str]]  # a record and an address of it, of all rows
    lacking: Collection[tuple[UUID, str]]


def compare_addresses(records: Sequence[Record]) -> Compared:
    """Of stored records of one kind, by one query; what they got by a merge is no surplus."""
    if not records:
        return Compared((), (), ())
    kind, keys = kind_of(records[0]), [record.pk for record in records]
    wanted = {(record.pk, address) for record in records for address in addresses_of(record)}
    theirs = EmailSearch.objects.filter(**{f"{kind}__in": keys}, alias=None)
    stored = list(theirs.values_list("pk", "by_merge", f"{kind}_id", "email_address"))
    surplus = [
        row for row, by_merge, *place in stored if not by_merge and tuple(place) not in wanted
    ]
    known = {(owner, address) for _, _, owner, address in stored}
    return Compared(surplus, known, wanted - known)
