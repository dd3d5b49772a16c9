"""Where the work of a command runs in a thread of its own, the database is a file.

In SQLite's memory threads meet by its shared cache, in which a reader refuses a writer at once
("database table is locked") instead of letting it wait, as in a file and in real life.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections


@pytest.fixture(autouse=True)
def database_in_a_file(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """For the tests without a transaction around them: only their threads see each other."""
    mark = request.node.get_closest_marker("django_db")
    memory = connections["default"]
    if memory.vendor != "sqlite" or mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    file = tmp_path / "passerelle.sqlite3"
    memory.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        memory.connection.backup(copy)
    monkeypatch.setitem(connections.settings, "default", memory.settings_dict | {"NAME": str(file)})
    del connections["default"]
    yield
    connections["default"].close()
    connections["default"] = memory
