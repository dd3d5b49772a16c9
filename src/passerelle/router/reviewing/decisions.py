"""The decisions on a draft as a table: written from the plan, filled in by a person, read again.

A row is one decision: what it is about, which field, what that is now, what it is to be. Without a
value it decides nothing. Kinds, fields and values are words that are the same in every language,
as programs write such tables, too; headings and choices are read in either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from passerelle.faults.router import DecisionColumnsMissing
from passerelle.mailboxes.models.choices import CredentialRetrieval
from passerelle.router.migrating.proposals import ACCOUNT
from passerelle.router.models import Migration, MigrationProfile, ReviewRow
from passerelle.router.reviewing.mapped import CHANGEABLE, mapped_values, ways_of
from passerelle.router.reviewing.people import LINKED, UNMATCHED, people_of
from passerelle.router.spreadsheet import delimiter
from passerelle.tables import (
    MARK,
    Table,
    Torn,
    line_of,
    match_headings,
    open_filled_in,
)

PROFILE = "profile"
BECOMES = "becomes"  # whom one is matched with, or that it is left, or a forward mailbox
NAME = "name"
PERSONAL = ("start", "incoming_username", "outgoing_username")

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind", "genre", "type"),
    "identifier": ("identifier", "identifiant", "guid"),
    "field": ("field", "champ"),
    "name": ("name", "nom"),
    "before": ("before", "avant"),
    "value": ("value", "valeur"),
}
NEEDED = frozenset({"kind", "identifier", "field", "value"})
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table that has a value; `number` is the row's below the headings."""

    number: int
    kind: str
    identifier: str
    field: str
    before: str
    value: str


def read_decisions(stream: BinaryIO) -> Iterator[Decision | Torn]:
    """The rows that decide something, and those that are none. The stream must be seekable.

    Raises `DecisionColumnsMissing` and the faults of tables.
    """
    table = open_filled_in(stream)
    columns = {one.field: one.column for one in match_headings(table.headings, HEADINGS)}
    if not columns.keys() >= NEEDED:
        raise DecisionColumnsMissing
    return _decisions(table, columns)


def _decisions(table: Table, columns: Mapping[str | None, int]) -> Iterator[Decision | Torn]:
    for row in table.rows:
        if isinstance(row, Torn):
            yield row
            continue
        cells = {name: row.cells[column].strip() for name, column in columns.items() if name}
        if cells["value"]:
            yield Decision(
                row.number,
                cells["kind"].casefold(),
                cells["identifier"],
                cells["field"].casefold(),
                cells.get("before", ""),
                cells["value"],
            )


def decision_lines(migration: Migration) -> Iterator[str]:
    """The table of what can be decided, line by line: profiles, who is unmatched, all others."""
    between = delimiter()
    yield MARK + line_of(HEADINGS, between)
    for profile in migration.profiles.all():
        for field in profile_fields(profile):
            cells = (PROFILE, profile.key, field, profile.name, profile_now(profile, field), "")
            yield line_of(cells, between)
    people = people_of(migration).order_by("name", "pk")
    for states, fields in ((UNMATCHED, (BECOMES,)), (LINKED, PERSONAL)):
        for row in people.filter(state__in=states).iterator(chunk_size=CHUNK):
            for field in fields:
                cells = (row.kind, row.source, field, row.name, person_now(row, field), "")
                yield line_of(cells, between)


def profile_fields(row: MigrationProfile) -> Sequence[str]:
    """What can be decided of a profile; of one that becomes none, nothing."""
    if not row.review["migrates"]:
        return ()
    return (NAME, *(f"{way.value}_{name}" for way in ways_of(row) for name in CHANGEABLE))


def person_fields(kind: str) -> Sequence[str]:
    """What can be decided of a user, queue or forward mailbox; an account has no values yet."""
    return (BECOMES,) if kind == ACCOUNT else (BECOMES, *PERSONAL)


def profile_now(row: MigrationProfile, field: str) -> str:
    """A mapped value as the table says it."""
    return row.name if field == NAME else told(field, mapped_values(row).get(field, ""))


def person_now(row: ReviewRow, field: str) -> str:
    """What is planned, as the table says it."""
    return row.state if field == BECOMES else told(field, getattr(row, field))


def told(field: str, value: Any) -> str:
    """A value as the table says it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if field.endswith("_credential_retrieval"):
        return CredentialRetrieval(value).name.lower().replace("_", "-")
    return "" if value is None else str(value)
