"""What `doctor` looks at. Each check is a function that changes nothing and says what it found."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext as _

from passerelle.alerts.services import open_count, render_raised
from passerelle.commands.migrations import steps_behind
from passerelle.commands.web_server import listen
from passerelle.configuration import Config, read_keys
from passerelle.engine.services import database_now, store_faults, workers_alive
from passerelle.faults import Fault
from passerelle.faults.settings import HomeNotWritable
from passerelle.faults.store import DatabaseOutdated
from passerelle.mailboxes.models import Credential
from passerelle.mailboxes.services import reveal

LEAST_FREE_MB = 500
LARGEST_CLOCK_GAP_SECONDS = 5.0
ANSWER_SECONDS = 2.0
MEGABYTE = 1_000_000


class Outcome(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; an empty remedy when there is nothing to do."""

    name: str
    outcome: Outcome
    text: str
    remedy: str = ""


def examine(config: Config) -> Iterator[Finding]:
    """All checks in order; those that need the database only when it answers."""
    yield Finding(
        _("Settings"), Outcome.OK, _("read from {file}").format(file=config.settings_file)
    )
    yield _home(config)
    yield _key_file(config)
    database = _database()
    yield database
    if database.outcome is not Outcome.FAIL:
        yield from _in_database()
    yield _address(config)


def _in_database() -> Iterator[Finding]:
    behind = steps_behind()
    if behind:
        yield _of_fault(_("Migrations"), DatabaseOutdated(count=behind))
        return
    yield Finding(_("Migrations"), Outcome.OK, _("all applied"))
    yield _clock()
    yield _workers()
    yield _passwords()
    yield _alerts()


def _of_fault(name: str, fault: Fault) -> Finding:
    rendered = render_raised(fault)
    return Finding(name, Outcome.FAIL, f"{fault.code} {rendered.cause}", rendered.remedy)


def _home(config: Config) -> Finding:
    name = _("Home folder")
    probe = config.home / ".passerelle-doctor"
    try:
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(config.home).free // MEGABYTE
    except OSError as error:
        return _of_fault(name, HomeNotWritable(folder=str(config.home), reason=str(error)))
    text = _("{folder}, {free} MB free").format(folder=config.home, free=free)
    if free < LEAST_FREE_MB:
        return Finding(name, Outcome.WARN, text, _("Free space on that disk."))
    return Finding(name, Outcome.OK, text)


def _key_file(config: Config) -> Finding:
    name = _("Key file")
    if not config.key_file.exists():
        return Finding(name, Outcome.WARN, _("none yet"), _("passerelle run makes it."))
    try:
        keys = read_keys(config.key_file)
    except Fault as fault:
        return _of_fault(name, fault)
    text = _("{file}, {count} keys, only for its owner")
    return Finding(name, Outcome.OK, text.format(file=config.key_file, count=len(keys.by_id)))


def _database() -> Finding:
    name = _("Database")
    try:
        with store_faults(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA journal_mode")
                journal = cursor.fetchone()[0]
                cursor.execute("PRAGMA synchronous")
                durable = cursor.fetchone()[0] >= 2  # noqa: PLR2004 - FULL (sqlite.org/pragma.html)
                details = f"SQLite, {journal}"
            else:
                cursor.execute("SHOW server_version")
                version = cursor.fetchone()[0]
                cursor.execute("SHOW synchronous_commit")
                durable = cursor.fetchone()[0] != "off"
                details = f"PostgreSQL {version}"
    except Fault as fault:
        return _of_fault(name, fault)
    if not durable:
        remedy = _("Switch synchronous commits on: a power loss could lose recorded mail.")
        return Finding(
            name, Outcome.WARN, _("{details}, commits may be lost").format(details=details), remedy
        )
    return Finding(name, Outcome.OK, _("{details}, commits are durable").format(details=details))


def _clock() -> Finding:
    name = _("Clock")
    gap = abs((database_now() - datetime.now(UTC)).total_seconds())
    text = _("{seconds} s from the database's").format(seconds=f"{gap:.1f}")
    if gap > LARGEST_CLOCK_GAP_SECONDS:
        return Finding(name, Outcome.WARN, text, _("Synchronize both machines by NTP."))
    return Finding(name, Outcome.OK, text)


def _workers() -> Finding:
    alive = workers_alive()
    text = _("{count} alive").format(count=alive)
    if not alive:
        return Finding(_("Workers"), Outcome.WARN, text, _("Start passerelle run."))
    return Finding(_("Workers"), Outcome.OK, text)


def _passwords() -> Finding:
    name = _("Stored passwords")
    good = 0
    for credential in Credential.objects.filter(ciphertext__isnull=False).iterator():
        try:
            reveal(credential)
        except Fault as fault:
            return _of_fault(name, fault)
        good += 1
    return Finding(name, Outcome.OK, _("{count} can be decrypted").format(count=good))


def _alerts() -> Finding:
    count = open_count()
    text = _("{count} open").format(count=count)
    if count:
        return Finding(_("Alerts"), Outcome.WARN, text, _("Read them on the page Alerts."))
    return Finding(_("Alerts"), Outcome.OK, text)


def _address(config: Config) -> Finding:
    name = _("Web server")
    host, _colon, port = config.listen.rpartition(":")
    try:
        with closing(socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS)):
            return Finding(name, Outcome.OK, _("{address} answers").format(address=config.listen))
    except OSError:
        pass  # nobody there: then it must be free for us
    try:
        listen(config).close()
    except Fault as fault:
        return _of_fault(name, fault)
    return Finding(name, Outcome.OK, _("{address} is free").format(address=config.listen))
