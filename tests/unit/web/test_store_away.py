"""The store fails under a page: a person is told which, and whoever reads is still let in."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.access import sessions
from passerelle.access.models import SignInSession
from passerelle.engine.models import Worker
from passerelle.faults.store import DatabaseGone, DiskFull
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LOCKED, FULL = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL
WORDS = "the words of a database at 192.0.2.1"


@contextmanager
def failing(code: int, *, only: str = "") -> Iterator[list[str]]:
    """The database refuses each statement that begins so; what was refused."""
    refused: list[str] = []

    def execute(run: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(only):
            return run(sql, *rest)
        refused.append(sql)
        cause = sqlite3.OperationalError(WORDS)
        cause.sqlite_errorcode = code
        raise OperationalError(WORDS) from cause

    with connection.execute_wrapper(execute):
        yield refused


@pytest.fixture
def seen_long_ago(world: World, as_ann: Client) -> Iterator[Client]:
    """Ann, whose session was last noted some minutes ago."""
    SignInSession.objects.update(seen_on=timezone.now() - timedelta(minutes=5))
    as_ann.raise_request_exception = False
    yield as_ann
    sessions.forget_failed_notes()


@pytest.mark.parametrize(
    ("code", "fault", "says"),
    [
        pytest.param(LOCKED, DatabaseGone, "The database does not answer", id="locked"),
        pytest.param(FULL, DiskFull, "The disk of the database is full", id="full"),
    ],
)
def test_a_page_that_cannot_be_read_says_why(
    seen_long_ago: Client, code: int, fault: type[DatabaseGone | DiskFull], says: str
) -> None:
    with failing(code):
        answer = seen_long_ago.get("/emails/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    shown = answer.content.decode()
    assert says in shown
    assert fault.code in shown
    assert WORDS not in shown


def test_a_part_of_a_page_that_asks_for_the_workers_says_it_too(
    world: World, seen_long_ago: Client
) -> None:
    SystemSettings.objects.update(process_email_using=ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION)
    Mailbox.objects.update(enabled_for_incoming=True, profile=world.profile)
    with failing(
        LOCKED, only=f'SELECT COUNT(*) AS "__count" FROM "{Worker._meta.db_table}"'
    ) as refused:
        assert seen_long_ago.get("/status/").status_code == 503
    assert refused


def test_an_error_of_our_own_is_still_one(seen_long_ago: Client) -> None:
    with failing(sqlite3.SQLITE_ERROR):
        answer = seen_long_ago.get("/emails/")
    assert answer.status_code == 500


@pytest.mark.parametrize("code", [LOCKED, FULL], ids=["locked", "full"])
def test_whoever_only_reads_is_let_in(seen_long_ago: Client, code: int) -> None:
    with failing(code, only="UPDATE") as refused:
        assert seen_long_ago.get("/emails/").status_code == 200
        assert seen_long_ago.get("/emails/").status_code == 200
    assert len(refused) == 1  # a locked database is waited for once, not at every page
