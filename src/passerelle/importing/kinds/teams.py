"""Teams from the rows of a table, with their members; found again by identifier, else by name."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from passerelle.crm import services as crm
from passerelle.crm.models import Team, TeamMembership
from passerelle.faults import noop
from passerelle.guids import new_guid
from passerelle.importing import references
from passerelle.importing.columns import KEY, Column, Parsed, reference, text
from passerelle.importing.kinds import headings, membership
from passerelle.importing.kinds.kind import Outcome, Planned, each, guid_or
from passerelle.importing.kinds.membership import MEMBERS, Memberships
from passerelle.importing.references import References
from passerelle.importing.refusals import NAME_OF_SEVERAL, NO_KEY, REQUIRED, RefusedError


@dataclass(slots=True)
class _Batch:
    """What was looked up for some rows, and what is to be written."""

    by_key: dict[UUID, Team]
    by_name: References
    users: References
    members: Memberships
    new: list[Team] = field(default_factory=list)
    changed: list[Team] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class TeamKind:
    """Teams."""

    columns = (
        headings.key("Team", "Équipe", "teamid"),
        Column("name", noop("Name"), ("Team Name", "Nom de l'équipe", "Name", "Nom"), text(160)),
        Column("description", noop("Description"), ("Description",), text(2000)),
        headings.email("email_address", "emailaddress"),
        Column(
            "administrator",
            noop("Administrator"),
            ("Administrator", "Administrateur", "administratorid"),
            reference,
        ),
        membership.column("Team Members", "Membres de l'équipe"),
    )
    needed = ((KEY, "name"), ("name",))

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        return guid_or("name", values)

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        batch = _look_up(rows)
        outcomes = each(rows, lambda row: _decide(row, batch))

        def write() -> None:
            crm.load_rows(batch.new)
            crm.update_rows(batch.changed, batch.names)
            batch.members.write()

        return Planned(outcomes, write)


def _look_up(rows: Sequence[Parsed]) -> _Batch:
    unnamed = [row.values.get("name", "") for row in rows if not row.values.get(KEY)]
    by_name = references.by_name(Team, "name", unnamed, NO_KEY)
    keys = {row.values[KEY] for row in rows if row.values.get(KEY)}
    keys |= {key for name in unnamed if (key := by_name.known(name)) is not None}
    return _Batch(
        by_key=dict(Team.objects.in_bulk(list(keys))),
        by_name=by_name,
        users=references.users(row.values.get("administrator", "") for row in rows),
        members=Memberships(TeamMembership, "team", rows, keys),
    )


def _decide(row: Parsed, batch: _Batch) -> Outcome:
    name = row.values.get("name", "")
    key = row.values.get(KEY)
    if key is None:
        key = batch.by_name.known(name)
        if key is None and batch.by_name.is_known(name):
            raise RefusedError(NAME_OF_SEVERAL, name)
    stored = batch.by_key.get(key) if key else None
    values = {one: row.values[one] for one in row.values if one not in {KEY, MEMBERS}}
    if "administrator" in values:
        values["administrator_id"] = batch.users.get(values.pop("administrator"))
    if not values.get("name", "" if stored is None else "as it is"):
        raise RefusedError(REQUIRED)
    key = key or new_guid()
    members = batch.members.plan(key, row.values.get(MEMBERS))
    if stored is None:
        batch.new.append(Team(pk=key, **values))
        return Outcome.CREATED
    different = {one for one, value in values.items() if getattr(stored, one) != value}
    for one in different:
        setattr(stored, one, values[one])
    if different:
        batch.changed.append(stored)
        batch.names |= {one.removesuffix("_id") for one in different}
    return Outcome.UPDATED if different or members else Outcome.UNCHANGED


TEAMS = TeamKind()
