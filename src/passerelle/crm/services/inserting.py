"""Insert or update many rows of one table with one prepared statement.

Half the cost of `bulk_create`, which builds the text of a statement anew for each chunk; this is
the hot path of recording mail. It sends no signals and reads nothing back: keys are ours already.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    Model,
    TextField,
    UUIDField,
)


def insert_rows(rows: Sequence[Model], *, unless_there: bool = False) -> None:
    """Insert unsaved rows of one model; `unless_there` leaves out those that break a unique rule.

    Whether a row was left out is not told: read again by its key.
    """
    if not rows:
        return
    fields, statement = _plan(type(rows[0]))
    backend = connections[connection.alias]  # not the proxy: it is asked for each value
    values = [[_value(field, row, backend) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"{statement} ON CONFLICT DO NOTHING" if unless_there else statement, values
        )


def _value(field: "Field[Any, Any]", row: Model, backend: BaseDatabaseWrapper) -> Any:
    """What the driver is given. Most columns of most rows are empty, which needs no adapting."""
    return _prepared(field, field.pre_save(row, add=True), backend)


def _prepared(field: "Field[Any, Any]", value: Any, backend: BaseDatabaseWrapper) -> Any:
    return None if value is None else field.get_db_prep_save(value, backend)


@lru_cache(maxsize=64)
def _plan(model: type[Model]) -> tuple[tuple["Field[Any, Any]", ...], str]:
    """The columns of a model and its INSERT; names come from the models, values never do."""
    fields = tuple(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return fields, f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 (model names)


def load_rows(rows: Sequence[Model]) -> None:
    """`insert_rows` for thousands of new rows: by COPY where the database has it."""
    if not rows:
        return
    meta = rows[0]._meta
    if connection.vendor != "postgresql":
        insert_rows(rows)
        return
    fields = tuple(meta.concrete_fields)
    backend = connections[connection.alias]
    adapted = [(at, field) for at, field in enumerate(fields) if not _is_plain(field)]
    read = attrgetter(*(field.attname for field in fields))

    def values() -> Iterator[list[Any]]:
        for row in rows:
            found = list(read(row))
            for at, field in adapted:
                found[at] = _value(field, row, backend)
            yield found

    _copy(meta.db_table, fields, values())


def load_values(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """`load_rows` from plain values of these fields; the other columns stay empty."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = tuple(by_name[name] for name in names)
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, fields, rows)
        return
    backend = connections[connection.alias]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 (model names)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [_prepared(field, value, backend) for field, value in zip(fields, row, strict=True)]
                for row in rows
            ],
        )


def _copy(table: str, fields: Sequence["Field[Any, Any]"], rows: Iterable[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _is_plain(field: "Field[Any, Any]") -> bool:
    """Whether psycopg takes the attribute as it is: no enumeration, no moment of the writing."""
    target = field.target_field if isinstance(field, ForeignKey) else field
    if target.choices or getattr(target, "auto_now", False):
        return False
    if getattr(target, "auto_now_add", False):
        return False
    return isinstance(target, CharField | TextField | UUIDField | BooleanField | DateTimeField)


def update_rows(rows: Sequence[Model], names: Collection[str]) -> None:
    """Write these fields of stored rows of one model."""
    if not rows or not names:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field.name in names]
    quote, backend = connection.ops.quote_name, connections[connection.alias]
    key = meta.pk
    changes = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {quote(str(key.column))} = %s"  # noqa: S608 (model names)
    values = [
        [
            *(_prepared(field, getattr(row, field.attname), backend) for field in fields),
            key.get_db_prep_save(row.pk, backend),
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
