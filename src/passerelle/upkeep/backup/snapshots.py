"""One moment of the database as a file, while work goes on; and a database from such a file.

Two makes behind one interface. What a file holds is counted in the same moment, so that a
restored database can be held against it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from passerelle.upkeep.backup.contents import Contents, Progress


class Snapshots(Protocol):
    """What a make of database can do. Any method may raise a `Fault`, nothing else."""

    make: str

    def take(self, target: Path, progress: Progress) -> Mapping[str, int]:
        """Write the file, and say how many rows each table holds in it."""

    def rehearsal(self, source: Path, folder: Path) -> AbstractContextManager[Mapping[str, str]]:
        """The environment in which a process of ours works on that file instead, until the end."""

    def contents(self) -> Contents:
        """What is where a database would be put."""

    def put(self, source: Path, *, counts: Mapping[str, int], removed: Contents) -> None:
        """Make the file the database, marked as a copy, in one step that is whole or nothing.

        What was there is `removed` in that step.
        """


def snapshots() -> Snapshots:
    """Those of the database of the settings."""
    if connection.vendor == "sqlite":
        from passerelle.upkeep.backup.sqlite import SqliteSnapshots

        return SqliteSnapshots(Path(str(connection.settings_dict["NAME"])))
    from passerelle.upkeep.backup.postgresql import PostgresqlSnapshots

    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    ours.add(MigrationRecorder.Migration._meta.db_table)
    return PostgresqlSnapshots(dict(connection.settings_dict), ours)
