"""The database: reached, new enough, set as it must be, whole, and of this version's shape."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from passerelle.configuration import Config
from passerelle.engine.services import database_now, require_up_to_date, store_faults
from passerelle.faults.monitoring import (
    ClockSkewed,
    CommitsNotDurable,
    DatabaseDamaged,
    DatabaseSettingWrong,
    DatabaseTooOld,
)
from passerelle.monitoring.findings import Finding, good, wrong

OLDEST_SQLITE = (3, 31, 0)  # docs.djangoproject.com/en/5.2/ref/databases
OLDEST_POSTGRESQL = 14
LARGEST_CLOCK_GAP_SECONDS = 5.0
FULL = 2  # sqlite.org/pragma.html#pragma_synchronous
LOOKED_THROUGH_MB = 200  # a database up to this size is looked through each time
MEGABYTE = 1_000_000
WEB_THREADS = 8
RESERVED = 10  # connections for people's own tools and for backups


def database(config: Config) -> Iterator[Finding]:
    """Whether it answers, and how it is set. Raises `StoreFault` when it does not."""
    with store_faults(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield from (_sqlite() if connection.vendor == "sqlite" else _postgresql(config))


def shape() -> Iterator[Finding]:
    """Raises `DatabaseOutdated`."""
    with store_faults():
        require_up_to_date()
    yield good(_("Migrations"), _("all applied"))


def clock() -> Iterator[Finding]:
    """Leases are counted by the database's clock; moments of messages by this machine's."""
    gap = abs((database_now() - datetime.now(UTC)).total_seconds())
    if gap > LARGEST_CLOCK_GAP_SECONDS:
        yield wrong(_("Clock"), ClockSkewed(seconds=round(gap)))
    else:
        yield good(
            _("Clock"),
            _("{seconds} s from the database's").format(seconds=number_format(round(gap, 1), 1)),
        )


def integrity(*, deep: bool) -> Iterator[Finding]:
    """Every page of SQLite's file; PostgreSQL has programs of its own for that."""
    name = _("Integrity")
    if connection.vendor != "sqlite":
        yield good(name, _("not looked into here; pg_amcheck does"))
        return
    size = _pragma("page_count") * _pragma("page_size")
    if size > LOOKED_THROUGH_MB * MEGABYTE and not deep:
        yield good(name, _("not looked into; passerelle doctor --deep does"))
        return
    answer = str(_pragma("integrity_check(1)" if deep else "quick_check(1)"))
    if answer != "ok":
        yield wrong(name, DatabaseDamaged(answer=answer))
    else:
        yield good(name, _("every page is whole ({size} MB)").format(size=size // MEGABYTE))


def _sqlite() -> Iterator[Finding]:
    name, version = _("Database"), f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        expected = "SQLite " + ".".join(map(str, OLDEST_SQLITE))
        yield wrong(name, DatabaseTooOld(found=version, expected=expected))
    if _pragma("synchronous") < FULL:
        yield wrong(name, CommitsNotDurable(database=version, setting="PRAGMA synchronous=FULL"))
    journal = str(_pragma("journal_mode"))
    if journal not in {"wal", "memory"}:  # tests run in memory
        yield wrong(
            name, DatabaseSettingWrong(setting="journal_mode", found=journal, expected="wal")
        )
    yield good(name, _("{details}, commits are durable").format(details=version))


def _postgresql(config: Config) -> Iterator[Finding]:
    name, version = _("Database"), f"PostgreSQL {_shown('server_version')}"
    if int(_shown("server_version_num")) < OLDEST_POSTGRESQL * 10_000:
        yield wrong(name, DatabaseTooOld(found=version, expected=f"PostgreSQL {OLDEST_POSTGRESQL}"))
    if _shown("synchronous_commit") == "off":
        yield wrong(name, CommitsNotDurable(database=version, setting="synchronous_commit = on"))
    if (encoding := _shown("server_encoding")) != "UTF8":
        yield wrong(
            name, DatabaseSettingWrong(setting="server_encoding", found=encoding, expected="UTF8")
        )
    needed = config.worker_count * (config.threads + 2) + WEB_THREADS + RESERVED
    if (allowed := int(_shown("max_connections"))) < needed:
        yield wrong(
            name,
            DatabaseSettingWrong(setting="max_connections", found=allowed, expected=str(needed)),
        )
    yield good(name, version)


def _pragma(name: str) -> int:
    with store_faults(), connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        value: int = cursor.fetchone()[0]
        return value


def _shown(name: str) -> str:
    with store_faults(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
