"""Copies staged values into mailboxes: one UPDATE … FROM, which Django's queries do not know.

Both databases do. Made before the transaction in which it runs, so that others wait for as long as
the database takes to copy, and no longer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Model, QuerySet

from passerelle.mailboxes.models import Mailbox
from passerelle.router.models import MigrationRecipient

_CREDENTIAL = (
    "CASE WHEN r.{replaces} THEN COALESCE(r.{staged}, {there}) "
    "ELSE COALESCE({there}, r.{staged}) END"
)
NAMES = {field.attname: field.column for field in MigrationRecipient._meta.concrete_fields}


@dataclass(frozen=True, slots=True)
class Copying:
    """The statement and the numbers of the staged rows that it reads."""

    statement: str
    span: tuple[int, int]

    def run(self, migration_id: UUID, *parameters: Any) -> int:
        """How many mailboxes were written. `parameters` are those of the settings, first."""
        key = MigrationRecipient._meta.get_field("migration").get_db_prep_value(
            migration_id, connection, prepared=False
        )
        with connection.cursor() as cursor:
            cursor.execute(self.statement, [*parameters, *self.span, key])
            return int(cursor.rowcount)


def copying(
    staged: QuerySet[MigrationRecipient],
    settings: Mapping[str, str],
    unchanged: Iterable[tuple[str, str]],
    only: str,
) -> Copying:
    """`settings` give each column of the mailbox a value, `m` the mailbox and `r` the staged row.

    Written are mailboxes whose columns are as the pairs in `unchanged` say. The staged rows are
    read by their number, as they lie: by the index of their migration SQLite takes twice as long.
    COALESCE keeps it from that index. `only` is a condition on the staged row.
    """
    set_to = ", ".join(
        f"{column(Mailbox, name)} = {value.format(**NAMES)}" for name, value in settings.items()
    )
    as_was = " AND ".join(
        f"m.{column(Mailbox, now)} IS NOT DISTINCT FROM {expected.format(**NAMES)}"
        for now, expected in unchanged
    )
    key = NAMES["migration_id"]
    statement = (
        f"UPDATE {Mailbox._meta.db_table} AS m SET {set_to} "  # noqa: S608 - columns of models
        f"FROM {MigrationRecipient._meta.db_table} AS r "
        f"WHERE m.{column(Mailbox, 'mailbox_id')} = r.{NAMES['mailbox_id']} "
        f"AND r.{NAMES['id']} BETWEEN %s AND %s AND COALESCE(r.{key}, r.{key}) = %s "
        f"AND {only.format(**NAMES)} AND {as_was}"
    )
    known = staged.aggregate(Min("pk"), Max("pk"))
    return Copying(statement, (known["pk__min"] or 0, known["pk__max"] or 0))


def credential(way: str, there: str) -> str:
    """The credential of a direction after the activation; `there` is the one before it."""
    return _CREDENTIAL.format(
        replaces=NAMES["replaces"], staged=NAMES[f"{way}_credential_id"], there=there
    )


def column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]
