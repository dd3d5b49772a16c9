"""What a fixture stored, to be put back by each further test that wants the same.

Services that make a small company cost tens of milliseconds; putting back its rows costs few.
Only for tests whose transaction is rolled back: what else stands in the tables is not looked at.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The rows of those tables of ours that differ from an earlier state."""

    by_model: dict[type[models.Model], list[tuple[Any, ...]]]

    def since(self, earlier: "StoredRows") -> "StoredRows":
        """Only the tables that changed."""
        return StoredRows(
            {
                model: rows
                for model, rows in self.by_model.items()
                if rows != earlier.by_model[model]
            }
        )

    def put_back(self) -> None:
        """Make these tables hold these rows and no others."""
        with connection.cursor() as cursor:
            for model, rows in self.by_model.items():
                cursor.execute(f"DELETE FROM {_table(model)}")
                places = ", ".join(["%s"] * len(model._meta.local_concrete_fields))
                names = f"{_table(model)} ({_columns(model)})"
                cursor.executemany(f"INSERT INTO {names} VALUES ({places})", rows)


def all_rows() -> StoredRows:
    """What stands in the tables of Passerelle now."""
    ours = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("passerelle.")
    ]
    with connection.cursor() as cursor:
        found: dict[type[models.Model], list[tuple[Any, ...]]] = {}
        for model in ours:
            cursor.execute(f"SELECT {_columns(model)} FROM {_table(model)}")
            found[model] = cursor.fetchall()
    return StoredRows(found)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[models.Model]) -> str:
    fields = model._meta.local_concrete_fields
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
