"""Names of backups, their pruning, and what a killed one left."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.faults.upkeep import BackupNotWritten
from passerelle.upkeep.backup.folder import name_of, prune, target_of, work_folder

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_folder_gives_a_name_that_sorts_by_time(tmp_path: Path) -> None:
    assert target_of(tmp_path, MOMENT) == tmp_path / "passerelle-20260304-050607.backup"
    assert target_of(tmp_path / "mine", MOMENT) == tmp_path / "mine"


def test_the_oldest_go_and_strangers_stay(tmp_path: Path) -> None:
    names = [name_of(MOMENT.replace(day=day)) for day in (1, 2, 3, 4)]
    for name in [*names, "mine.backup", "passerelle-20260301-050607.backup.txt"]:
        (tmp_path / name).touch()
    assert prune(tmp_path, 2) == 2
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {*names[2:], "mine.backup", "passerelle-20260301-050607.backup.txt"}


def test_the_last_one_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / name_of(MOMENT)).touch()
    assert prune(tmp_path, 0) == 0


def test_the_work_folder_is_closed_and_goes(tmp_path: Path) -> None:
    with work_folder(tmp_path) as folder:
        (folder / "draft").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_a_living_ones_stays(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    dead, living = (tmp_path / f".passerelle-work-{n}-x" for n in (ended.pid, os.getppid()))
    dead.mkdir()
    living.mkdir()
    with work_folder(tmp_path):
        assert not dead.exists()
        assert living.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupNotWritten), work_folder(tmp_path / "none"):
        pytest.fail("not entered")
