"""Insert tens of thousands of rows from plain values: no model instance, one prepared statement.

For staging only: it sends no signals and reads nothing back. Columns that are not named must have
a default in the database or be the automatic key.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, Model, UUIDField


def insert_values(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`names` are fields of the model; each row has their values in that order."""
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    adapt = [(at, to) for at, field in enumerate(fields) if (to := _adapter(field)) is not None]
    values = [list(row) for row in rows]
    for row in values:
        for at, to in adapt:
            if row[at] is not None:
                row[at] = to(row[at])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) "  # noqa: S608 - of the model
            f"VALUES ({marks})",
            values,
        )


def _adapter(field: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    """What the driver does not take as it is."""
    if isinstance(field, UUIDField) or isinstance(getattr(field, "target_field", None), UUIDField):
        native = connection.features.has_native_uuid_field
        return None if native else lambda guid: guid.hex
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return None
