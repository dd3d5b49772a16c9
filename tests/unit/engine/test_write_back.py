"""SQLite's log is written back beside the commits, once it is long enough."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerelle.engine import write_back as module
from passerelle.engine.services import written_back_beside

OCTETS = 1_000_000


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "LOG_BYTES", OCTETS)
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(file: Path) -> Iterator[sqlite3.Connection]:
    """A store whose commits leave everything in the log, with one row of a megabyte there."""
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA wal_autocheckpoint=0")
        store.execute("CREATE TABLE pack (content BLOB)")
        store.execute("INSERT INTO pack VALUES (zeroblob(?))", [OCTETS])
        store.commit()
        yield store


@pytest.mark.usefixtures("store")
def test_a_long_log_is_written_back(file: Path) -> None:
    with written_back_beside(str(file)) as committed:
        committed(OCTETS)
    assert file.stat().st_size > OCTETS


@pytest.mark.usefixtures("store")
def test_a_short_one_is_left_to_the_commits(file: Path) -> None:
    with written_back_beside(str(file)) as committed:
        committed(OCTETS - 1)
    assert file.stat().st_size < OCTETS


def test_what_somebody_still_reads_hinders_no_commit(file: Path, store: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM pack").fetchone() == (1,)
        store.execute("INSERT INTO pack VALUES (zeroblob(?))", [OCTETS])
        store.commit()
        with written_back_beside(str(file)) as committed:
            committed(OCTETS)
        store.execute("INSERT INTO pack VALUES (zeroblob(1))")
        store.commit()
        assert reader.execute("SELECT count(*) FROM pack").fetchone() == (1,)
    assert store.execute("SELECT count(*) FROM pack").fetchone() == (3,)


def test_a_store_that_is_broken_is_the_commits_to_tell(file: Path) -> None:
    file.write_bytes(b"this is no database, and long enough to be looked at as one" * 100)
    with written_back_beside(str(file)) as committed:
        committed(OCTETS)


@pytest.mark.django_db
def test_a_store_without_a_file_has_none() -> None:
    with written_back_beside() as committed:
        committed(OCTETS)
