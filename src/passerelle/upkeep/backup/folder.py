"""Names of backups in a folder: made, listed, pruned; and what a killed backup left is removed."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from passerelle.faults.upkeep import BackupNotWritten

NAMED = re.compile(r"passerelle-\d{8}-\d{6}\.backup")
WORK_PREFIX = ".passerelle-work-"  # and the number of the process


def name_of(moment: datetime) -> str:
    """Names sort by time."""
    return f"passerelle-{moment:%Y%m%d-%H%M%S}.backup"


def target_of(given: Path, moment: datetime) -> Path:
    """The file itself, or in a folder one that is called after the moment."""
    return given / name_of(moment) if given.is_dir() else given


def backups_in(folder: Path) -> list[Path]:
    """Those that we named, the newest first."""
    found = [one for one in folder.iterdir() if NAMED.fullmatch(one.name) and one.is_file()]
    return sorted(found, reverse=True)


def prune(folder: Path, keep: int) -> int:
    """Remove all but the newest; files of other names are nobody's of ours."""
    old = backups_in(folder)[max(keep, 1) :]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """A closed folder on the same disk as the result; gone afterwards. Raises `BackupNotWritten`.

    One that a killed process left is removed first.
    """
    try:
        _remove_left_over(beside)
        folder = Path(tempfile.mkdtemp(prefix=f"{WORK_PREFIX}{os.getpid()}-", dir=beside))
    except OSError as error:
        answer = error.strerror or str(error)
        raise BackupNotWritten(file=str(beside), answer=answer) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_over(beside: Path) -> None:
    for folder in beside.glob(f"{WORK_PREFIX}*"):
        number = folder.name.removeprefix(WORK_PREFIX).partition("-")[0]
        if number.isdigit() and not _lives(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    with suppress(PermissionError):  # then it lives, under another account
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
    return True
