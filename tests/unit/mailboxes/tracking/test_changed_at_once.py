"""The rules of smart matching are changed while emails are recorded, and while they are hashed."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from passerelle.crm.models import EmailHashing
from passerelle.engine.models import Work
from passerelle.mailboxes.services import held_rules, save_tracking_rules, tracking_rules
from passerelle.mailboxes.tracking.kind import EMAIL_HASHES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    # A database in memory has one connection, and SQLite one writer anyway.
    pytest.mark.only_on("postgresql"),
]
PATIENCE_SECONDS = 60.0
WAITS_FOR_US = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""
Beside = Callable[[Callable[[], object]], Future[None]]


@pytest.fixture
def beside() -> Iterator[Beside]:
    """Runs something in another thread, with a connection of its own."""

    def run(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        yield lambda call: pool.submit(run, call)


@pytest.fixture(autouse=True)
def switched_on(transactional_db: None) -> None:
    save_tracking_rules({"smart_matching": True}, by="zoe")


def change() -> None:
    save_tracking_rules({"words_apart": 1}, by="zoe")


def hold() -> None:
    with transaction.atomic():
        held_rules()


def until_somebody_waits() -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while True:
            cursor.execute(WAITS_FOR_US)
            if cursor.fetchone() != (0,):
                return
            assert time.monotonic() < ends, "nobody waits for this transaction"


def test_who_changes_them_waits_for_who_records(beside: Beside) -> None:
    with transaction.atomic():
        assert held_rules().words_apart == 0
        changing = beside(change)
        until_somebody_waits()
        assert held_rules().words_apart == 0
    changing.result(PATIENCE_SECONDS)
    assert tracking_rules().words_apart == 1


def test_who_records_waits_for_nobody_who_records(beside: Beside) -> None:
    with transaction.atomic():
        held_rules()
        beside(hold).result(PATIENCE_SECONDS)


def test_changing_them_and_hashing_do_not_lock_each_other(beside: Beside) -> None:
    with transaction.atomic():  # as the work begins a portion
        Work.objects.select_for_update(no_key=True).get(kind=EMAIL_HASHES)
        changing = beside(change)
        until_somebody_waits()
        assert EmailHashing.objects.select_for_update().first() is not None
    changing.result(PATIENCE_SECONDS)
    assert tracking_rules().words_apart == 1
