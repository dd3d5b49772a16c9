"""Turn the database's failures into our faults; errors of our own queries pass unchanged.

SQLite is judged by its result code (sqlite.org/rescode.html), PostgreSQL by SQLSTATE (its manual,
appendix A). A locked SQLite database counts as gone: it is tried again like one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError

from passerelle.faults.store import DatabaseGone, DiskFull, StoreFault

SQLITE_PRIMARY = 0xFF  # an extended result code holds its primary one in the low byte
SQLITE_GONE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
# 08 connection, 53 resources, 57P shutdown, 58 system, 40 rolled back (deadlock), 55P03 lock
POSTGRES_GONE = ("08", "53", "57P", "58", "40", "55P03", "25P03", "25006")
POSTGRES_DISK_FULL = "53100"
SQLITE_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
POSTGRES_TAKEN = "23505"
ANSWER_LENGTH = 200  # characters of the database's own words


@contextmanager
def store_faults() -> Iterator[None]:
    """Raise `DiskFull` or `DatabaseGone` for what the store does to us. It closes no connection."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        fault = store_fault_of(error)
        if fault is None:
            raise
        raise fault from error


def store_fault_of(error: BaseException) -> StoreFault | None:
    """The fault behind an error of Django's database layer, or None for an error of ours."""
    cause = error.__cause__
    answer = " ".join(str(error).split())[:ANSWER_LENGTH]
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, answer)
    state = getattr(cause, "sqlstate", None)
    if state == POSTGRES_DISK_FULL:
        return DiskFull(answer=answer)
    lost = state is None and isinstance(error, OperationalError | InterfaceError)
    if lost or (state or "").startswith(POSTGRES_GONE):
        return DatabaseGone(answer=answer)
    return None


def is_taken(error: BaseException) -> bool:
    """Whether a row was refused because another one is there that may be there once only."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in SQLITE_TAKEN
    return getattr(cause, "sqlstate", None) == POSTGRES_TAKEN


def _of_sqlite(cause: sqlite3.Error, answer: str) -> StoreFault | None:
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & SQLITE_PRIMARY
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(answer=answer)
    return DatabaseGone(answer=answer) if code in SQLITE_GONE else None
