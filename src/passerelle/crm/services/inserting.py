"""Insert many rows of one table with one prepared statement.

Half the cost of `bulk_create`, which builds the text of a statement anew for each chunk; this is
the hot path of recording mail. It sends no signals and reads nothing back: keys are ours already.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model


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
    value = field.pre_save(row, add=True)
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
