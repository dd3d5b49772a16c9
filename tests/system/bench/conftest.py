"""Measurements in small: whether their numbers are right, never how fast they were."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ready_tables import ready_file


@pytest.fixture
def with_tables() -> Callable[[Path], None]:
    """Makes a home whose SQLite has its tables, as making them is most of a small run."""

    def make(home: Path) -> None:
        home.mkdir(parents=True)
        if ready_file().exists():
            shutil.copy(ready_file(), home / "passerelle.sqlite3")

    return make
