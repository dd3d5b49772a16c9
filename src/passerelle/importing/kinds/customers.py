"""Accounts, contacts and leads from the rows of a table.

Found again by identifier, else by the first address where one record alone has it. A mapped column
is taken as it is, an empty cell too; what no column names stays.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from passerelle.crm import services as crm
from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.models.customers import LeadState
from passerelle.faults import noop
from passerelle.guids import new_guid
from passerelle.importing import references
from passerelle.importing.columns import KEY, Column, Parsed, address, reference, text
from passerelle.importing.kinds import headings
from passerelle.importing.kinds.kind import Outcome, Planned, each, guid_or, only_one
from passerelle.importing.references import References
from passerelle.importing.refusals import (
    MERGED,
    NO_KEY,
    REQUIRED,
    TOO_LONG,
    UNKNOWN_ACCOUNT,
    RefusedError,
)
from passerelle.messages import key_of

Customer = Account | Contact | Lead
FULL_NAME = "whole_name"  # of a view that has no column of its own for each name
COMPANY_NAMES = ("Company Name", "Nom de la société", "Société", "Nom de l'entreprise")


@dataclass(slots=True)
class _Batch:
    """What was looked up for some rows, and what is to be written."""

    by_key: dict[UUID, Customer]
    by_address: dict[str, set[UUID]]
    owners: References
    teams: frozenset[str]
    accounts: References
    new: list[Customer] = field(default_factory=list)
    changed: list[Customer] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # of the changed fields


class CustomerKind:
    """One of the three models, with its columns."""

    def __init__(
        self, model: type[Customer], place: str, required: str, columns: Sequence[Column]
    ) -> None:
        self.columns = tuple(columns)
        self.needed = (
            ((KEY, "email_address1"), (required, FULL_NAME))
            if (model is not Account)
            else ((KEY, "email_address1"), (required,))
        )
        self._model = model
        self._place = place  # the key of the address table
        self._required = required
        fields = model._meta.concrete_fields
        self._defaults = {field.attname: field.get_default() for field in fields}
        self._key_name = str(model._meta.pk.attname)

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        return guid_or("email_address1", values)

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        batch = self._look_up(rows)
        outcomes = each(rows, lambda row: self._decide(row, batch))

        def write() -> None:
            crm.add_customers(batch.new)
            crm.change_customers(batch.changed, batch.names)

        return Planned(outcomes, write)

    def _look_up(self, rows: Sequence[Parsed]) -> _Batch:
        keys = {row.values[KEY] for row in rows if row.values.get(KEY)}
        addresses = {
            key_of(row.values.get("email_address1", "")) for row in rows if not row.values.get(KEY)
        } - {""}
        by_address = dict(references.by_address(self._place, addresses)) if addresses else {}
        keys = keys.union(*by_address.values())
        owners, teams = references.owners(row.values.get("owner", "") for row in rows)
        return _Batch(
            by_key=dict(self._model._default_manager.in_bulk(list(keys))),
            by_address=by_address,
            owners=owners,
            teams=teams,
            accounts=references.by_name(
                Account,
                "name",
                (row.values.get("parent_customer", "") for row in rows),
                UNKNOWN_ACCOUNT,
            ),
        )

    def _decide(self, row: Parsed, batch: _Batch) -> Outcome:
        values = self._values(row, batch)
        stored = self._stored(row, batch)
        if stored is None:
            if not values.get(self._required):
                raise RefusedError(REQUIRED)
            batch.new.append(self._make(row.values.get(KEY) or new_guid(), values))
            return Outcome.CREATED
        if stored.merged:
            raise RefusedError(MERGED, str(stored))
        if self._required in values and not values[self._required]:
            raise RefusedError(REQUIRED)
        different = {name for name, value in values.items() if getattr(stored, name) != value}
        if not different:
            return Outcome.UNCHANGED
        for name in different:
            setattr(stored, name, values[name])
        batch.changed.append(stored)
        batch.names |= {name.removesuffix("_id") for name in different}
        return Outcome.UPDATED

    def _make(self, key: UUID, values: dict[str, Any]) -> Customer:
        """By position, which costs Django a third of what names cost it."""
        given = self._defaults | values
        given[self._key_name] = key
        make: Callable[..., Customer] = self._model
        return make(*given.values())

    def _stored(self, row: Parsed, batch: _Batch) -> Customer | None:
        if key := row.values.get(KEY):
            return batch.by_key.get(key)
        own = key_of(row.values.get("email_address1", ""))
        if not own:
            raise RefusedError(NO_KEY)
        found = only_one(batch.by_address.get(own, set()), own)
        return batch.by_key[found] if found else None

    def _values(self, row: Parsed, batch: _Batch) -> dict[str, Any]:
        """The fields of the model with their final values, references by their keys."""
        values = {name: value for name, value in row.values.items() if name != KEY}
        if (whole := values.pop(FULL_NAME, "")) and not values.get("last_name"):
            values |= self._names_of(whole)
        if "owner" in values:
            name = values.pop("owner")
            values["owner_id"] = None if name in batch.teams else batch.owners.get(name)
        if "parent_customer" in values:
            values["parent_customer_id"] = batch.accounts.get(values.pop("parent_customer"))
        if values.get("statecode", 0) is None:
            del values["statecode"]  # an empty cell says nothing of a state
        return values

    def _names_of(self, whole: str) -> dict[str, Any]:
        names = dict(zip(("first_name", "last_name"), names_of(whole), strict=True))
        for name, value in names.items():
            if len(value) > (limit := crm.limit_of(self._model, name)):
                raise RefusedError(TOO_LONG, value, limit=limit)
        return names


def names_of(whole: str) -> tuple[str, str]:
    """First and last name of a full name as Dynamics writes it; one word is a last name."""
    first, space, last = whole.partition(" ")
    return (first, last) if space else ("", whole)


def _names(model: type[Customer]) -> tuple[Column, ...]:
    limit = crm.limit_of
    return (
        Column(
            "first_name",
            noop("First name"),
            ("First Name", "Prénom", "firstname"),
            text(limit(model, "first_name")),
        ),
        Column(
            "last_name",
            noop("Last name"),
            ("Last Name", "Nom", "Nom de famille", "lastname"),
            text(limit(model, "last_name")),
        ),
        Column(
            FULL_NAME,
            noop("Full name"),
            ("Full Name", "Name", "Nom complet", "fullname"),
            text(crm.FULLNAME_CHARS),
        ),
    )


def _telephone(*names: str) -> Column:
    return Column("telephone1", noop("Telephone"), (*names, "telephone1"), text(50))


ACCOUNTS = CustomerKind(
    Account,
    "account",
    "name",
    (
        headings.key("Account", "Compte", "accountid"),
        Column(
            "name",
            noop("Name"),
            ("Account Name", "Nom du compte", "Name", "Nom"),
            text(crm.limit_of(Account, "name")),
        ),
        headings.email(),
        _telephone("Main Phone", "Téléphone principal", "Phone", "Téléphone"),
        headings.owner(),
        headings.state(),
    ),
)
CONTACTS = CustomerKind(
    Contact,
    "contact",
    "last_name",
    (
        headings.key("Contact", "contactid"),
        *_names(Contact),
        headings.email(),
        Column(
            "email_address2",
            noop("Second email address"),
            ("Email Address 2", "Adresse de messagerie 2", "Adresse e-mail 2", "emailaddress2"),
            address,
        ),
        Column(
            "email_address3",
            noop("Third email address"),
            ("Email Address 3", "Adresse de messagerie 3", "Adresse e-mail 3", "emailaddress3"),
            address,
        ),
        Column(
            "job_title",
            noop("Job title"),
            ("Job Title", "Fonction", "Poste", "Titre du poste", "jobtitle"),
            text(100),
        ),
        _telephone(
            "Business Phone",
            "Téléphone (bureau)",
            "Téléphone professionnel",
            "Téléphone bureau",
            "Téléphone",
        ),
        Column(
            "parent_customer",
            noop("Account"),
            (
                *COMPANY_NAMES,
                "Account",
                "Account Name",
                "Compte",
                "Nom du compte",
                "parentcustomerid",
                "_parentcustomerid_value",
            ),
            reference,
        ),
        headings.owner(),
        headings.state(),
    ),
)
LEADS = CustomerKind(
    Lead,
    "lead",
    "last_name",
    (
        headings.key("Lead", "Prospect", "leadid"),
        Column("subject", noop("Topic"), ("Topic", "Rubrique", "Sujet", "subject"), text(300)),
        *_names(Lead),
        Column("company_name", noop("Company name"), (*COMPANY_NAMES, "companyname"), text(100)),
        headings.email(),
        headings.owner(),
        headings.state(
            {
                LeadState.OPEN: ("Open", "Ouvert", "Ouverte", "Ouvrir"),
                LeadState.QUALIFIED: ("Qualified", "Qualifié", "Qualifiée"),
                LeadState.DISQUALIFIED: ("Disqualified", "Disqualifié", "Non qualifié", "Exclu"),
            }
        ),
    ),
)
