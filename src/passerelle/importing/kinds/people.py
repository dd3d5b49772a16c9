"""Users and queues from the rows of a table, with their mailboxes, and a queue's members.

Found again by identifier, else by address. An address of another user or queue is refused: two
mailboxes would read the same mail. What changes goes through the services one by one, so that a
mailbox follows its address and a new address is approved by nobody; a second import of the same
table changes nothing and costs no such step.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from passerelle.crm import services as crm
from passerelle.crm.models import EmailSearch, Queue, QueueMembership, SystemUser
from passerelle.faults import noop
from passerelle.guids import new_guid
from passerelle.importing import references
from passerelle.importing.columns import (
    KEY,
    Column,
    Parsed,
    choice,
    text,
)
from passerelle.importing.kinds import aliases, headings, membership
from passerelle.importing.kinds.aliases import ALIASES, Aliases
from passerelle.importing.kinds.kind import Outcome, Planned, each, guid_or, only_one
from passerelle.importing.kinds.membership import MEMBERS, Memberships
from passerelle.importing.references import References
from passerelle.importing.refusals import ADDRESS_TAKEN, NO_KEY, REQUIRED, RefusedError
from passerelle.mailboxes import services as mailboxes
from passerelle.messages import key_of

Person = SystemUser | Queue


@dataclass(slots=True)
class _Batch:
    """What was looked up for some rows, and what is to be written."""

    by_key: dict[UUID, Person]
    by_address: Mapping[str, set[tuple[str, UUID]]]  # of users and queues together
    are_aliases: Collection[str]  # of these addresses
    aliases: Aliases
    owners: References
    teams: frozenset[str]
    members: Memberships
    new: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, dict[str, Any]]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # addresses of new ones


class PersonKind:
    """Users or queues."""

    def __init__(
        self,
        model: type[Person],
        place: str,
        arguments: Mapping[str, str],  # of each field what the services call it
        columns: Sequence[Column],
    ) -> None:
        self.columns = tuple(columns)
        self._model = model
        self._place = place
        self._name, self._address, *_ = arguments
        self._arguments = arguments
        self.needed = ((KEY, self._address), (self._name,))

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        return guid_or(self._address, values)

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        batch = self._look_up(rows)
        outcomes = each(rows, lambda row: self._decide(row, batch))

        def write() -> None:
            crm.add_people(batch.new)
            mailboxes.add_mailboxes(batch.new)
            for person, values in batch.changed:
                self._change(person, values)
            batch.members.write()
            batch.aliases.write()

        return Planned(outcomes, write)

    def _look_up(self, rows: Sequence[Parsed]) -> _Batch:
        addresses = {key_of(row.values.get(self._address, "")) for row in rows} - {""}
        by_address, are_aliases = _people_by_address(addresses)
        keys = {row.values[KEY] for row in rows if row.values.get(KEY)}
        keys |= {key for found in by_address.values() for kind, key in found if kind == self._place}
        owners, teams = references.owners(row.values.get("owner", "") for row in rows)
        members = Memberships(QueueMembership, "queue", rows, keys)
        return _Batch(
            by_key=dict(self._model._default_manager.in_bulk(list(keys))),
            by_address=by_address,
            are_aliases=are_aliases,
            aliases=Aliases(self._place, rows, keys),
            owners=owners,
            teams=teams,
            members=members,
        )

    def _decide(self, row: Parsed, batch: _Batch) -> Outcome:
        stored = self._stored(row, batch)
        values = self._values(row, batch)
        self._refuse_taken(values.get(self._address, ""), stored or row.values.get(KEY), batch)
        if not values.get(self._name, "" if stored is None else "as it is"):
            raise RefusedError(REQUIRED)
        key = stored.pk if stored else row.values.get(KEY) or new_guid()
        own = values.get(self._address, getattr(stored, self._address, ""))
        lacking = batch.aliases.wanted(key, own, row.values.get(ALIASES, ()))
        members = batch.members.plan(key, row.values.get(MEMBERS))
        batch.aliases.add(lacking)
        if stored is None:
            batch.new.append(self._model(pk=key, **values))
            if own:
                batch.taken.add(key_of(own))
                batch.aliases.reserve(key, own)
            return Outcome.CREATED
        different = {
            name: value for name, value in values.items() if getattr(stored, name) != value
        }
        if different:
            batch.changed.append((stored, different))
        changes = different or members or lacking
        return Outcome.UPDATED if changes else Outcome.UNCHANGED

    def _stored(self, row: Parsed, batch: _Batch) -> Person | None:
        if key := row.values.get(KEY):
            return batch.by_key.get(key)
        own = key_of(row.values.get(self._address, ""))
        if not own:
            raise RefusedError(NO_KEY)
        same = {key for kind, key in batch.by_address.get(own, ()) if kind == self._place}
        found = only_one(same, own)
        return batch.by_key[found] if found else None

    def _refuse_taken(self, own: str, of: Person | UUID | None, batch: _Batch) -> None:
        key = of.pk if isinstance(of, SystemUser | Queue) else of
        others = {one for one in batch.by_address.get(key_of(own), ()) if one[1] != key}
        is_alias = key_of(own) in batch.are_aliases or batch.aliases.is_new(own)
        if own and (others or is_alias or key_of(own) in batch.taken):
            raise RefusedError(ADDRESS_TAKEN, own)

    def _values(self, row: Parsed, batch: _Batch) -> dict[str, Any]:
        values = {
            name: value
            for name, value in row.values.items()
            if name not in {KEY, MEMBERS, ALIASES, "owner"} and value is not None
        }
        if "owner" in row.values:
            name = row.values["owner"]
            values["owner_id"] = None if name in batch.teams else batch.owners.get(name)
        return values

    def _change(self, person: Person, values: dict[str, Any]) -> None:
        """Through the services, whose rules these are: the mailbox follows."""
        names = self._arguments
        given = {names[name]: value for name, value in values.items() if name in names}
        if isinstance(person, SystemUser):
            crm.update_user(person, **given)
            return
        if given:
            crm.update_queue(person, **given)
        if "owner_id" in values:
            owner = SystemUser.objects.filter(pk=values["owner_id"]).first()
            crm.set_queue_owner(person, owner)


def _people_by_address(
    addresses: set[str],
) -> tuple[dict[str, set[tuple[str, UUID]]], set[str]]:
    """Users and queues by address, and those addresses that are aliases; in one query."""
    found: dict[str, set[tuple[str, UUID]]] = {}
    aliases = set()
    rows = EmailSearch.objects.filter(email_address__in=addresses).exclude(
        systemuser=None, queue=None
    )
    for own, user, queue, alias in rows.values_list(
        "email_address", "systemuser_id", "queue_id", "alias_id"
    ):
        if alias:
            aliases.add(own)
        else:
            found.setdefault(own, set()).add(("systemuser", user) if user else ("queue", queue))
    return found, aliases


USERS = PersonKind(
    SystemUser,
    "systemuser",
    {
        "fullname": "fullname",
        "internal_email_address": "address",
        "incoming_email_filtering_method": "filtering",
        "create_automatically": "creates",
        "is_disabled": "disabled",
    },
    (
        headings.key("User", "Utilisateur", "systemuserid"),
        Column(
            "fullname",
            noop("Full name"),
            ("Full Name", "Name", "Nom complet", "Nom", "fullname"),
            text(200),
        ),
        headings.email(
            "internal_email_address",
            "Primary Email",
            "E-mail principal",
            "Adresse e-mail principale",
            "Adresse de messagerie principale",
            "Courrier électronique principal",
            "internalemailaddress",
        ),
        Column(
            "is_disabled",
            noop("Status"),
            ("Status", "Statut", "État", "isdisabled"),
            choice(
                {
                    False: ("Enabled", "Activé", "Activée", "Actif", "Active", "No", "Non"),
                    True: ("Disabled", "Désactivé", "Désactivée", "Inactive", "Yes", "Oui"),
                }
            ),
        ),
        Column(
            "incoming_email_filtering_method",
            noop("Track"),
            ("Track", "Suivre", "incomingemailfilteringmethod"),
            choice(headings.FILTERS),
        ),
        headings.creates(),
        aliases.column(),
    ),
)
QUEUES = PersonKind(
    Queue,
    "queue",
    {
        "name": "name",
        "email_address": "address",
        "incoming_email_filtering_method": "filtering",
        "create_automatically": "creates",
        "statecode": "state",
    },
    (
        headings.key("Queue", "File d'attente", "queueid"),
        Column(
            "name",
            noop("Name"),
            ("Name", "Queue Name", "Nom", "Nom de la file d'attente"),
            text(200),
        ),
        headings.email(
            "email_address",
            "Incoming Email",
            "Courrier entrant",
            "Courrier électronique entrant",
            "Messagerie entrante",
        ),
        Column(
            "incoming_email_filtering_method",
            noop("Track"),
            (
                "Track",
                "Convert Incoming Email To Activities",
                "Convertir le courrier électronique entrant en activités",
                "Convertir les messages électroniques entrants en activités",
                "incomingemailfilteringmethod",
            ),
            choice(headings.FILTERS),
        ),
        headings.creates(),
        headings.owner(),
        headings.state(),
        membership.column("Queue Members", "Membres de la file d'attente"),
        aliases.column(),
    ),
)
