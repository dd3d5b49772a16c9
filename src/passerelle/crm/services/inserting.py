"""Make, insert or update many rows of one table, with one prepared statement.

A quarter of the cost of `bulk_create`, which builds the text of a statement anew for each chunk;
this is the hot path of recording mail. It sends no signals and reads nothing back: keys are ours
already. Values are made the driver's column by column; most are so already, `_adapter` knows which.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, connections
from django.db.models import (
    NOT_PROVIDED,
    BinaryField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)
from django.db.models.base import ModelState

from passerelle.statements import Statement, run_together

Row = TypeVar("Row", bound=Model)
Adapter = Callable[[Iterable[Any]], Sequence[Any]]  # all values of one column

# Columns that COPY takes as octets as they are: as text, a pack of raw mail is twice as long, and
# both sides go through it. No numbers: the driver would cut those that are too large.
_AS_OCTETS = (UUIDField, DateTimeField, BinaryField, BooleanField, CharField, TextField)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Some columns of a model, and how the values of a row become those of the driver."""

    fields: tuple["Field[Any, Any]", ...]
    into: str  # the table with these columns, quoted; names come from the models, values never do
    read: Callable[[dict[str, Any]], Sequence[Any]]  # of the attributes of a row
    # Their attribute is set as the row is written: the moment of the writing.
    set_on_saving: tuple["Field[Any, Any]", ...]
    adapters: tuple[tuple[int, Adapter], ...]  # by position
    types: tuple[str, ...]  # PostgreSQL's, where COPY may take octets; else none

    @property
    def insert(self) -> str:
        """The statement that inserts one row."""
        return f"INSERT INTO {self.into} VALUES ({', '.join(['%s'] * len(self.fields))})"  # noqa: S608 (model names)

    def of(self, rows: Sequence[Model]) -> Iterator[Sequence[Any]]:
        """The values of each row, as the driver takes them."""
        for field in self.set_on_saving:
            for row in rows:
                field.pre_save(row, add=True)
        return self.adapt(self.read(row.__dict__) for row in rows)

    def adapt(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Plain values, in the order of the columns, as the driver takes them."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for at, adapter in self.adapters if columns else ():
            columns[at] = adapter(columns[at])
        return zip(*columns, strict=True)


def new_row(model: type[Row], **values: Any) -> Row:
    """`model(**values)` at a tenth of its cost: columns only (`email_id`, not `email`), no signals.

    Raises TypeError for a name that is no column of the model.
    """
    defaults, makers = _defaults(model)
    columns = defaults | values
    if len(columns) > len(defaults):
        unknown = ", ".join(sorted(columns.keys() - defaults.keys()))
        raise TypeError(f"{model.__name__} has no {unknown}")
    for name, make in makers:
        if name not in values:
            columns[name] = make()
    row = model.__new__(model)
    row.__dict__ = columns
    row._state = ModelState()
    return row


def insert_rows(rows: Sequence[Model], *, unless_there: bool = False) -> None:
    """Insert unsaved rows of one model; `unless_there` leaves out those that break a unique rule.

    Whether a row was left out is not told: read again by its key.
    """
    if not rows:
        return
    columns = _all_columns(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"{columns.insert} ON CONFLICT DO NOTHING" if unless_there else columns.insert,
            list(columns.of(rows)),
        )


def load_rows(rows: Sequence[Model]) -> None:
    """`insert_rows` for many new rows: by COPY where the database has it."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        insert_rows(rows)
        return
    columns = _all_columns(type(rows[0]), connection.vendor)
    _copy(columns, columns.of(rows))


def load_values(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """`load_rows` from plain values of these fields; the other columns stay empty."""
    columns = _columns(model, tuple(names), connection.vendor)
    values = columns.adapt(rows)
    if connection.vendor == "postgresql":
        _copy(columns, values)
        return
    with connection.cursor() as cursor:
        cursor.executemany(columns.insert, list(values))


def update_rows(rows: Sequence[Model], names: Collection[str]) -> None:
    """Write these fields of stored rows of one model."""
    if not rows or not names:
        return
    meta = rows[0]._meta
    changed = tuple(field.name for field in meta.concrete_fields if field.name in names)
    columns = _columns(type(rows[0]), (*changed, str(meta.pk.name)), connection.vendor)
    *written, key = columns.fields
    statement = _update(meta.db_table, written, [key])
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, list(columns.adapt(columns.read(row.__dict__) for row in rows))
        )


def update_row(model: type[Model], key: Any, changes: Mapping[str, Any], **stand: Any) -> bool:
    """Write these fields of the row of that key, if these others are stored so; whether it was."""
    (done,) = run_together([update_of_row(model, key, changes, **stand)])
    return bool(done.changed)


def update_of_row(
    model: type[Model], key: Any, changes: Mapping[str, Any], **stand: Any
) -> Statement:
    """The statement of `update_row`."""
    asked = {**stand, str(model._meta.pk.name): key}
    names, vendor = (*changes, *asked), connection.vendor
    values = _columns(model, names, vendor).adapt([(*changes.values(), *asked.values())])
    return Statement(_update_of_row(model, names, len(changes), vendor), next(values))


@lru_cache(maxsize=128)
def _update_of_row(model: type[Model], names: tuple[str, ...], written: int, vendor: str) -> str:
    fields = _columns(model, names, vendor).fields
    return _update(model._meta.db_table, fields[:written], fields[written:])


def _update(
    table: str, written: "Iterable[Field[Any, Any]]", where: "Iterable[Field[Any, Any]]"
) -> str:
    quote = connection.ops.quote_name
    changes, conditions = (
        [f"{quote(str(field.column))} = %s" for field in fields] for fields in (written, where)
    )
    return f"UPDATE {quote(table)} SET {', '.join(changes)} WHERE {' AND '.join(conditions)}"  # noqa: S608 (model names)


@lru_cache(maxsize=128)
def _defaults(
    model: type[Model],
) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What each column holds at first, and of which of them each row gets one of its own."""
    fields = model._meta.concrete_fields
    own = (one for one in fields if one.default is not NOT_PROVIDED and callable(one.default))
    return (
        {field.attname: field.get_default() for field in fields},
        tuple((field.attname, field.default) for field in own),
    )


def _all_columns(model: type[Model], vendor: str) -> _Columns:
    return _columns(model, tuple(field.name for field in model._meta.concrete_fields), vendor)


@lru_cache(maxsize=128)
def _columns(model: type[Model], names: tuple[str, ...], vendor: str) -> _Columns:
    quote = connection.ops.quote_name
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = tuple(by_name[name] for name in names)
    adapters = ((at, _adapter(field, vendor)) for at, field in enumerate(fields))
    names_of_columns = ", ".join(quote(str(field.column)) for field in fields)
    return _Columns(
        fields,
        f"{quote(model._meta.db_table)} ({names_of_columns})",
        itemgetter(*(field.attname for field in fields)),
        tuple(field for field in fields if _is_set_on_saving(field)),
        tuple((at, adapter) for at, adapter in adapters if adapter),
        _types(fields) if vendor == "postgresql" else (),
    )


def _types(fields: "Sequence[Field[Any, Any]]") -> tuple[str, ...]:
    """Of the columns of a table with octets; none where another column is no such kind."""
    targets = [one.target_field if isinstance(one, ForeignKey) else one for one in fields]
    holds_octets = any(isinstance(one, BinaryField) for one in targets)
    if not holds_octets or not all(isinstance(one, _AS_OCTETS) for one in targets):
        return ()
    return tuple(str(one.db_type(connection)).partition("(")[0] for one in fields)


def _copy(columns: _Columns, rows: Iterable[Sequence[Any]]) -> None:
    form = "(FORMAT BINARY)" if columns.types else ""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,  # of `copy` Django knows nothing
        cursor.copy(f"COPY {columns.into} FROM STDIN {form}") as copy,
    ):
        if columns.types:
            copy.set_types(columns.types)
        for row in rows:
            copy.write_row(row)


def _is_set_on_saving(field: "Field[Any, Any]") -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def _adapter(field: "Field[Any, Any]", vendor: str) -> Adapter | None:
    """What makes the values of this column the driver's; None when it takes them as they are.

    Does what the field's own `get_db_prep_save` does, at a tenth of its cost for the usual kinds.
    """
    target = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(target, UUIDField | DateTimeField | BinaryField | JSONField):
        return (
            _adapter_for_postgresql(target)
            if vendor == "postgresql"
            else _adapter_for_sqlite(target)
        )
    if isinstance(target, CharField | TextField | BooleanField):
        return _each(str) if target.choices and not isinstance(target, BooleanField) else None
    if isinstance(target, IntegerField):
        return _each(int) if target.choices else None  # no enumeration for the driver
    return _as_django_does(field)


def _adapter_for_sqlite(field: "Field[Any, Any]") -> Adapter | None:
    if isinstance(field, UUIDField):
        return _hex
    if isinstance(field, DateTimeField):
        return _naive
    if isinstance(field, JSONField) and field.encoder is None:
        return _each(json.dumps)
    return None if isinstance(field, BinaryField) else _as_django_does(field)


def _adapter_for_postgresql(field: "Field[Any, Any]") -> Adapter | None:
    return None if isinstance(field, UUIDField | DateTimeField) else _as_django_does(field)


def _as_django_does(field: "Field[Any, Any]") -> Adapter:
    return _each(lambda value: field.get_db_prep_save(value, connections[connection.alias]))


def _each(change: Callable[[Any], Any]) -> Adapter:
    return lambda values: [None if value is None else change(value) for value in values]


def _hex(values: Iterable[UUID | None]) -> Sequence[Any]:
    """As `UUID.hex`, without the call."""
    return [None if value is None else f"{value.int:032x}" for value in values]


def _naive(values: Iterable[datetime | None]) -> Sequence[Any]:
    """Moments are stored in UTC, without saying so."""
    end = -len("+00:00")
    return [
        None if value is None else value.astimezone(UTC).isoformat(" ")[:end] for value in values
    ]
