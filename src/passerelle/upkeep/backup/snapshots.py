"""One moment of the database as a file, while work goes on; and a database from such a file.

Two makes behind one interface. What a file holds is counted in the same moment, so that a
restored database can be held against it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

Progress = Callable[[int, int], None]  # done, of all; zero of zero where that is unknown


class Thing(NamedTuple):
    """A table, view, function and so on, by its name as SQL writes it."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands where a database would be put, without the parts of each thing."""

    ours: tuple[Thing, ...] = ()
    foreign: tuple[Thing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ours or self.foreign)


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
