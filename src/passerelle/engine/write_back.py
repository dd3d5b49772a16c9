"""SQLite's log, written back into the database beside the thread that commits.

A commit is durable in the log. Writing the log back is what a later commit would do once the log
is long: some tens of megabytes and two waits for the disk, in which nothing is recorded. Here a
thread does it meanwhile, as far as nobody is in its way (sqlite.org/wal.html, PASSIVE); what it
leaves, the commits write back as before.
"""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connection

LOG_BYTES = 16_000_000  # half of what the settings let a commit write back by itself


@contextmanager
def written_back_beside(file: str = "") -> Iterator[Callable[[int], None]]:
    """What is told after each of many commits how many octets it wrote, about.

    The file is that of the store, where it has one.
    """
    file = file or _file_of_store()
    if not file:
        yield _nothing
        return
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="write-back") as helper:
        yield _WriteBack(file, helper).committed


def _file_of_store() -> str:
    name = str(connection.settings_dict["NAME"])
    is_file = connection.vendor == "sqlite" and Path(name).is_file()  # tests keep it in memory
    return name if is_file else ""


def _nothing(octets: int) -> None:
    del octets


class _WriteBack:
    """Counts what is committed; no thread is started before the log is long."""

    def __init__(self, file: str, helper: ThreadPoolExecutor) -> None:
        self._file = file
        self._helper = helper
        self._octets = 0
        self._running: Future[None] | None = None

    def committed(self, octets: int) -> None:
        self._octets += octets
        if self._octets < LOG_BYTES or (self._running and not self._running.done()):
            return
        self._octets = 0
        self._running = self._helper.submit(_write_back, self._file)


def _write_back(file: str) -> None:
    """A disk that is full or broken meets the commits, too, which tell it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA synchronous=FULL")
        store.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
