"""The database's failures by their codes."""

import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError

from passerelle.engine.store import is_taken, store_fault_of, store_faults
from passerelle.faults.store import DatabaseGone, DiskFull, StoreFault


def sqlite(code: int) -> DatabaseError:
    cause = sqlite3.OperationalError("words of sqlite")
    cause.sqlite_errorcode = code
    error = OperationalError("words of sqlite")
    error.__cause__ = cause
    return error


def postgres(cause: psycopg.Error) -> DatabaseError:
    error = OperationalError("words of postgres")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(sqlite(sqlite3.SQLITE_FULL), DiskFull, id="sqlite-full"),
        pytest.param(sqlite(sqlite3.SQLITE_BUSY), DatabaseGone, id="sqlite-locked"),
        pytest.param(sqlite(sqlite3.SQLITE_IOERR_WRITE), DatabaseGone, id="sqlite-disk-error"),
        pytest.param(sqlite(sqlite3.SQLITE_ERROR), None, id="sqlite-no-such-table-is-ours"),
        pytest.param(postgres(psycopg.errors.DiskFull()), DiskFull, id="postgres-full"),
        pytest.param(postgres(psycopg.errors.AdminShutdown()), DatabaseGone, id="stopping"),
        pytest.param(postgres(psycopg.errors.CannotConnectNow()), DatabaseGone, id="starting"),
        pytest.param(postgres(psycopg.errors.DeadlockDetected()), DatabaseGone, id="deadlock"),
        pytest.param(postgres(psycopg.OperationalError()), DatabaseGone, id="connection-lost"),
        pytest.param(postgres(psycopg.errors.UndefinedTable()), None, id="no-table-is-ours"),
    ],
)
def test_store_fault_of(error: DatabaseError, expected: type[StoreFault] | None) -> None:
    fault = store_fault_of(error)
    assert (type(fault) if fault else None) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE), True, id="sqlite-unique"),
        pytest.param(sqlite(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY), True, id="sqlite-key"),
        pytest.param(sqlite(sqlite3.SQLITE_CONSTRAINT_CHECK), False, id="sqlite-check"),
        pytest.param(postgres(psycopg.errors.UniqueViolation()), True, id="postgres-unique"),
        pytest.param(postgres(psycopg.errors.CheckViolation()), False, id="postgres-check"),
        pytest.param(IntegrityError("work_once"), False, id="ours"),
    ],
)
def test_is_taken(error: DatabaseError, *, expected: bool) -> None:
    assert is_taken(error) is expected


def test_errors_of_ours_pass() -> None:
    with pytest.raises(IntegrityError), store_faults():
        raise IntegrityError("work_once")


def test_the_answer_is_one_short_line() -> None:
    with pytest.raises(DatabaseGone) as caught, store_faults():
        raise OperationalError("no\nroute " + "x" * 500)
    answer = caught.value.facts["answer"]
    assert isinstance(answer, str)
    assert answer.startswith("no route")
    assert len(answer) == 200
