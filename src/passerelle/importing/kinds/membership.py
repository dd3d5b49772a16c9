"""Who belongs to a queue or a team, as a column of names, addresses or identifiers says it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Manager, Model

from passerelle.crm.models import QueueMembership, TeamMembership
from passerelle.faults import noop
from passerelle.importing import references
from passerelle.importing.columns import Column, Parsed, several

Membership = type[QueueMembership] | type[TeamMembership]
MEMBERS = "members"


class Memberships:
    """The members of the groups of one batch: what is stored, what is wanted, the difference."""

    def __init__(
        self, model: Membership, group: str, rows: Sequence[Parsed], keys: Collection[UUID]
    ) -> None:
        """Look up the users that the rows name, and the members of the stored groups `keys`."""
        self._model: type[Model] = model
        self._rows: Manager[Model] = self._model._default_manager
        self._group = f"{group}_id"
        self._users = references.users(
            name for row in rows for name in row.values.get(MEMBERS) or ()
        )
        self._stored: dict[UUID, set[UUID]] = defaultdict(set)
        self._wanted: dict[UUID, set[UUID]] = {}
        if any(MEMBERS in row.values for row in rows):
            found = self._rows.filter(**{f"{self._group}__in": list(keys)})
            for one, user in found.values_list(self._group, "systemuser_id"):
                self._stored[one].add(user)

    def plan(self, group: UUID, names: Sequence[str] | None) -> bool:
        """Whether the members of the group change; None leaves them. Raises `RefusedError`."""
        if names is None:
            return False
        wanted = {key for name in names if (key := self._users.get(name)) is not None}
        if wanted == self._stored[group]:
            return False
        self._wanted[group] = wanted
        return True

    def write(self) -> None:
        """Make the members those that are wanted; a statement a group only where some leave."""
        added = []
        for group, wanted in self._wanted.items():
            added += [(group, user) for user in sorted(wanted - self._stored[group])]
            if leaving := self._stored[group] - wanted:
                self._rows.filter(**{self._group: group}, systemuser__in=leaving).delete()
        self._rows.bulk_create(
            [self._model(**{self._group: one, "systemuser_id": user}) for one, user in added],
            batch_size=500,
        )


def column(*names: str) -> Column:
    """The column of the members."""
    known = ("Members", "Membres", *names)
    return Column(MEMBERS, noop("Members (with semicolons between)"), known, several)
