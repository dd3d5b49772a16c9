"""Snapshots of SQLite: of one moment, put in place whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from passerelle.engine.services import Killed, crash_points
from passerelle.faults.store import DatabaseGone
from passerelle.faults.upkeep import CountsDiffer
from passerelle.upkeep.backup import sqlite
from passerelle.upkeep.backup.contents import Contents
from passerelle.upkeep.backup.sqlite import SqliteSnapshots


def nothing(_done: int, _of: int) -> None:
    pass


def database(file: Path, rows: int) -> Path:
    with closing(sqlite3.connect(file)) as made, made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE systemsettings (iscopy bool)")
        made.execute("INSERT INTO systemsettings VALUES (0)")
        made.execute("CREATE TABLE email (x)")
        made.executemany("INSERT INTO email VALUES (?)", [("x" * 500,)] * rows)
    return file


def emails(file: Path) -> int:
    with closing(sqlite3.connect(file)) as found:
        return int(found.execute("SELECT count(*) FROM email").fetchone()[0])


@pytest.fixture
def live(tmp_path: Path) -> Path:
    return database(tmp_path / "passerelle.sqlite3", 3000)


@pytest.fixture
def taken(live: Path, tmp_path: Path) -> tuple[Path, dict[str, int]]:
    target = tmp_path / "snapshot"
    return target, dict(SqliteSnapshots(live).take(target, nothing))


def test_rows_written_meanwhile_are_not_in_it(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PAGES_AT_ONCE", 50)
    steps = []

    def write(done: int, of: int) -> None:
        steps.append((done, of))
        with closing(sqlite3.connect(live)) as writer, writer:
            writer.execute("INSERT INTO email VALUES ('late')")

    counts = SqliteSnapshots(live).take(tmp_path / "snapshot", write)
    assert len(steps) > 3
    assert counts["email"] == emails(tmp_path / "snapshot") == 3000
    assert emails(live) == 3000 + len(steps)


def test_it_is_put_in_an_empty_place_as_a_copy(
    taken: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    source, counts = taken
    target = SqliteSnapshots(tmp_path / "new.sqlite3")
    assert not target.contents()
    target.put(source, counts=counts, removed=Contents())
    assert emails(tmp_path / "new.sqlite3") == 3000
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as made:
        assert made.execute("SELECT iscopy FROM systemsettings").fetchone() == (1,)


def test_what_is_replaced_stays_beside_it(taken: tuple[Path, dict[str, int]], live: Path) -> None:
    source, counts = taken
    with closing(sqlite3.connect(live)) as writer, writer:
        writer.execute("DELETE FROM email")
    SqliteSnapshots(live).put(source, counts=counts, removed=Contents())
    assert emails(live) == 3000
    assert emails(live.with_name(live.name + ".replaced")) == 0
    assert not live.with_name(live.name + "-wal").exists()


@pytest.mark.parametrize(("point", "expected"), [("before-swap", 0), ("after-swap", 3000)])
def test_killed_there_is_the_old_or_the_new_one(
    taken: tuple[Path, dict[str, int]], live: Path, point: str, expected: int
) -> None:
    source, counts = taken
    with closing(sqlite3.connect(live)) as writer, writer:
        writer.execute("DELETE FROM email")
    with pytest.raises(Killed), crash_points.kill_at(f"restore.{point}"):
        SqliteSnapshots(live).put(source, counts=counts, removed=Contents())
    assert emails(live) == expected


def test_counts_that_differ_put_nothing_in_place(
    taken: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    source, counts = taken
    target = SqliteSnapshots(tmp_path / "new.sqlite3")
    with pytest.raises(CountsDiffer):
        target.put(source, counts={**counts, "email": 4}, removed=Contents())
    assert not target.contents()


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"no database at all" * 100)
    target = SqliteSnapshots(tmp_path / "new.sqlite3")
    with pytest.raises(DatabaseGone):
        target.put(tmp_path / "source", counts={}, removed=Contents())
