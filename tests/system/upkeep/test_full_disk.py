"""A backup onto a disk that is full: it says which file, and leaves none."""

from pathlib import Path

import pytest
from tests.system.soak.disk import small_disk
from tests.unit.upkeep.test_sqlite import database

from passerelle.faults.upkeep import BackupNotWritten
from passerelle.upkeep.backup.sqlite import SqliteSnapshots


@pytest.mark.only_on("sqlite")
def test_the_file_that_has_no_room_is_named(tmp_path: Path) -> None:
    live = SqliteSnapshots(database(tmp_path / "passerelle.sqlite3", 3000))
    with small_disk(1) as disk:
        disk.fill()
        with pytest.raises(BackupNotWritten) as told:
            live.take(disk.folder / "copy", lambda _done, _of: None)
        assert told.value.facts["file"] == str(disk.folder / "copy")
