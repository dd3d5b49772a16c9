"""The tables of the tests on SQLite, made by all migrations once and copied from then on.

The copy is of exactly these migrations: another digest, another file. `migrate` runs on it as on
any database and finds nothing to do.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
from django.db import connection
from django.db.backends.signals import connection_created

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "tables"


def ready_file() -> Path:
    """Where the tables of the present migrations are, or will be."""
    return FOLDER / f"{_digest()}.sqlite3"


@cache
def _digest() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for file in sorted((ROOT / "src" / "passerelle").glob("*/migrations/*.py")):
        digest.update(f"{file.parent.parent.name}/{file.name}".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item) -> bool | None:
    """No timer for a test that may be the one that makes the tables.

    On a machine that does much else all migrations take longer than a test may. Stopped, they would
    begin anew with the next run, and be stopped again.
    """
    names = getattr(item, "fixturenames", ())
    asks = item.get_closest_marker("django_db") or "django_db_setup" in names or "db" in names
    makes = asks and connection.vendor == "sqlite" and not ready_file().exists()
    return True if makes else None


@pytest.fixture(scope="session")
def ready_tables() -> Iterator[Path | None]:
    """Fill the first connection to the empty database; says where to keep what is missing."""
    if connection.vendor != "sqlite":
        yield None
        return
    file = ready_file()

    def fill(connection: Any, **_: object) -> None:
        tables = "SELECT count(*) FROM sqlite_master"
        if not connection.is_in_memory_db() or connection.connection.execute(tables).fetchone()[0]:
            return
        with closing(sqlite3.connect(file)) as ready:
            ready.backup(connection.connection)

    if not file.exists():
        yield file
        return
    connection_created.connect(fill)
    yield None
    connection_created.disconnect(fill)


@pytest.fixture(scope="session")
def django_db_setup(
    ready_tables: Path | None,
    django_db_setup: None,
    django_db_blocker: Any,
) -> None:
    """Keep a copy of the tables when there is none yet."""
    if ready_tables is None:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = ready_tables.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), closing(sqlite3.connect(made)) as kept:
        connection.ensure_connection()
        connection.connection.backup(kept)
    made.replace(ready_tables)  # in one step: other workers make theirs at the same time
