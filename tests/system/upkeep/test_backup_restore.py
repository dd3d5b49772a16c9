"""A backup while mail comes in, restored elsewhere as a copy that rests; kills; upgrades.

On both makes of database, by the commands that a person types.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from tests.system.servers.postgresql import postgresql
from tests.system.store.conftest import ROOT, Stage, until
from tests.system.upkeep.place import Place

pytestmark = pytest.mark.timeout(300)  # a dozen processes, each with its start
LETTERS = 60


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.only_on("sqlite")),
        pytest.param("postgresql", marks=[pytest.mark.only_on("postgresql"), pytest.mark.database]),
    ]
)
def places(
    request: pytest.FixtureRequest, stage: Stage, tmp_path: Path
) -> Iterator[tuple[Place, Place]]:
    """The installation, and an empty place elsewhere."""
    other = tmp_path / "other"
    with ExitStack() as servers:
        if request.param == "sqlite":
            yield Place(stage.home), Place(other)
            return
        server = servers.enter_context(postgresql())
        stage.url = server.url
        elsewhere = servers.enter_context(postgresql())
        yield Place(stage.home, server.url), Place(other, elsewhere.url)


def count(place: Place, table: str = "email") -> int:
    statement = f"SELECT count(*) FROM {table}"
    if place.url:
        with psycopg.connect(place.url) as server:
            row = server.execute(statement.encode()).fetchone()
    else:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(place.home / "passerelle.sqlite3")) as database:
            row = database.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def test_a_backup_under_ingest_is_restored_as_a_copy_that_rests(
    places: tuple[Place, Place], stage: Stage, tmp_path: Path
) -> None:
    original, other = places
    stage.prepare()
    original.told("installation", "show")
    stage.deliver(range(LETTERS), size=5_000)
    file = tmp_path / "one.backup"
    with stage.worker():
        until(lambda: stage.emails() > 0)
        told = original.told("backup", str(file), "--keys")
        until(lambda: stage.emails(hurried=True) == LETTERS)
    counts = told["counts"]
    assert 0 < counts["email"] <= LETTERS

    assert original.told("restore", str(file), "--check")["counts"] == counts
    refused = original.passerelle("restore", str(file))
    assert refused.returncode != 0
    assert "PSR-UPK-011" in refused.stderr
    assert count(original) == LETTERS

    restored = other.told("restore", str(file), "--keys")
    assert restored["keys_missing"] == []
    assert count(other) == counts["email"]
    assert other.told("installation", "show")["is_copy"] is True
    listed = other.told("keys", "list")
    assert [key["in_file"] for key in listed] == [True]
    _rests_until_confirmed(other, stage)


def _rests_until_confirmed(other: Place, stage: Stage) -> None:
    before = count(other)
    _run_due(other)
    assert count(other) == before
    other.told("installation", "confirm")
    assert other.told("installation", "show")["is_copy"] is False
    _run_due(other)
    assert count(other) == LETTERS  # what came after the backup is read now, and nothing twice
    assert stage.emails() == LETTERS


def _run_due(place: Place) -> None:
    environment = os.environ | {
        "PASSERELLE_HOME": str(place.home),
        "PASSERELLE_DATABASE_URL": place.url,
        "DJANGO_SETTINGS_MODULE": "passerelle.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-m", "tests.system.sync.stage", "run"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("point", ["backup.snapshot-taken", "backup.before-name"])
def test_killed_half_way_there_is_no_file_and_the_next_one_is_whole(
    places: tuple[Place, Place], stage: Stage, tmp_path: Path, point: str
) -> None:
    original, _ = places
    stage.prepare()
    folder = tmp_path / "backups"
    folder.mkdir()
    killed = original.passerelle("backup", str(folder), PASSERELLE_CRASH_AT=point)
    assert killed.returncode == 137
    assert [file for file in folder.iterdir() if not file.name.startswith(".")] == []
    original.told("backup", str(folder))
    (file,) = folder.iterdir()  # and what the killed one left is gone
    original.told("restore", str(file), "--check")


@pytest.mark.parametrize("point", ["restore.before-swap", "restore.after-swap"])
def test_a_killed_replacement_leaves_one_whole_database(
    places: tuple[Place, Place], stage: Stage, tmp_path: Path, point: str
) -> None:
    original, _ = places
    stage.prepare()
    file = tmp_path / "one.backup"
    original.told("backup", str(file))
    users = count(original, "systemuser")
    killed = original.passerelle("restore", "--replace", str(file), PASSERELLE_CRASH_AT=point)
    assert killed.returncode == 137
    assert count(original, "systemuser") == users
    is_copy = original.told("installation", "show")["is_copy"]
    assert is_copy is (point == "restore.after-swap")
    original.told("restore", "--replace", str(file))
    assert count(original, "systemuser") == users


def test_an_upgrade_is_rehearsed_and_then_done(places: tuple[Place, Place], stage: Stage) -> None:
    original, _ = places
    stage.prepare()
    original.manage("migrate", "upkeep", "zero")  # as a database of an earlier version
    assert original.passerelle("keys", "list").returncode == 75
    rehearsed = original.told("upgrade", "--rehearse")
    assert rehearsed["steps"][0] == "upkeep.0001_initial"
    assert {step.partition(".")[0] for step in rehearsed["steps"]} == {"upkeep"}
    assert rehearsed["tables_made"] == ["upkeepsettings"]
    assert original.passerelle("keys", "list").returncode == 75
    done = original.told("upgrade")
    assert done["steps"] == rehearsed["steps"]
    assert original.passerelle("keys", "list").returncode == 0
    assert len(list((original.home / "backups").iterdir())) == 1
    assert original.told("upgrade")["steps"] == []
