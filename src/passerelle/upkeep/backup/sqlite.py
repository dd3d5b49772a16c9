"""Snapshots of SQLite by its backup interface (sqlite.org/backup.html), in one read transaction.

In WAL mode a reader keeps its moment while others write, so that the copy neither stops them nor
starts over because of them.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from passerelle.engine.services import crash_point
from passerelle.faults.store import DatabaseGone
from passerelle.faults.upkeep import BackupNotWritten, CountsDiffer
from passerelle.upkeep.backup.contents import Contents, Progress, Thing

PAGES_AT_ONCE = 4_000  # 16 MB
WAIT_SECONDS = 20.0
MARK_AS_COPY = "UPDATE systemsettings SET iscopy = 1"


class SqliteSnapshots:
    """Of one file."""

    make = "sqlite"

    def __init__(self, database: Path) -> None:
        self._database = database

    def take(self, target: Path, progress: Progress) -> Mapping[str, int]:
        with _faults(target), closing(_opened(self._database)) as source:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment begins
            target.touch(mode=0o600)
            with closing(_opened(target)) as copy:
                copy.execute("PRAGMA journal_mode=OFF")
                copy.execute("PRAGMA synchronous=OFF")  # the archive made of it is made durable
                source.backup(
                    copy,
                    pages=PAGES_AT_ONCE,
                    progress=lambda _, left, pages: progress(pages - left, pages),
                )
                source.execute("ROLLBACK")
                return counts_of(copy)

    @contextlib.contextmanager
    def rehearsal(self, source: Path, folder: Path) -> Iterator[Mapping[str, str]]:
        home = folder / "home"
        home.mkdir(mode=0o700)
        source.rename(home / self._database.name)
        yield {"PASSERELLE_HOME": str(home), "PASSERELLE_DATABASE_URL": ""}

    def contents(self) -> Contents:
        """All counts as ours: the file is kept beside the new one, and nothing of it is lost."""
        if not self._database.exists() or not self._database.stat().st_size:
            return Contents()
        with _faults(self._database), closing(_opened(self._database)) as found:
            rows = found.execute("SELECT type, name FROM sqlite_master WHERE type <> 'index'")
            return Contents(ours=tuple(Thing(*row) for row in rows))

    def put(self, source: Path, *, counts: Mapping[str, int], removed: Contents) -> None:
        del removed  # it stays beside the new one, in the file that it is
        with _faults(self._database):
            with closing(_opened(source)) as draft:
                _check(draft, counts)
                draft.execute(MARK_AS_COPY)
                draft.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _keep(source)
            crash_point("restore.before-swap")
            self._put_aside()
            source.replace(self._database)
            crash_point("restore.after-swap")

    def _put_aside(self) -> None:
        """Keep the old file, and leave none of its journals beside the new one."""
        if self.contents():
            with closing(_opened(self._database)) as old:
                old.execute("PRAGMA journal_mode=DELETE")  # what the journal held is in the file
            aside = self._database.with_name(self._database.name + ".replaced")
            aside.unlink(missing_ok=True)
            os.link(self._database, aside)
        for ending in ("-wal", "-shm"):
            self._database.with_name(self._database.name + ending).unlink(missing_ok=True)


def counts_of(database: sqlite3.Connection) -> dict[str, int]:
    """Rows a table."""
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in sorted(names)
    }


def _check(draft: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    answer = draft.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise DatabaseGone(answer=str(answer))
    found = counts_of(draft)
    for table, expected in counts.items():
        if found.get(table) != expected:
            raise CountsDiffer(table=table, found=found.get(table, -1), expected=expected)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)


def _keep(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


@contextlib.contextmanager
def _faults(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:  # it names no file; it is ours to write
            raise BackupNotWritten(file=str(file), answer=str(error)) from error
        raise DatabaseGone(answer=str(error)) from error
    except OSError as error:
        answer = error.strerror or str(error)
        raise BackupNotWritten(file=str(file), answer=answer) from error
