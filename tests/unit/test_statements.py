"""Several statements at once are what they are one by one, whatever the database makes of them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import Account
from passerelle.crm.services import create_account, update_of_row, update_row
from passerelle.engine.store import store_faults
from passerelle.faults.store import DatabaseGone
from passerelle.statements import Statement, run_together

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAME = Statement("SELECT name FROM account ORDER BY name")


def names() -> list[str]:
    (answer,) = run_together([NAME])
    return [str(name) for (name,) in answer.rows]


def renaming(account: Account, new: str, **stand: object) -> Statement:
    return update_of_row(Account, account.pk, {"name": new}, **stand)


@pytest.fixture
def account() -> Account:
    return create_account("Before")


def test_each_sees_what_the_one_before_did(account: Account) -> None:
    seen, first, second, unmet, last = run_together(
        [
            NAME,
            renaming(account, "1"),
            renaming(account, "2", name="1"),
            renaming(account, "3", name="1"),
            NAME,
        ]
    )
    assert (list(seen.rows), list(last.rows)) == ([("Before",)], [("2",)])
    assert (first.changed, second.changed, unmet.changed) == (1, 1, 0)


def test_nothing_at_all_is_no_mistake() -> None:
    assert run_together([]) == []


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("l'été — 100 % \\ \U0001f600", id="text"),
        pytest.param("", id="empty"),
        pytest.param(None, id="nothing"),
    ],
)
def test_values_come_as_they_are(account: Account, value: str | None) -> None:
    for _ in range(3):  # prepared by the first
        run_together([update_of_row(Account, account.pk, {"name": value or "", "owner": None})])
    account.refresh_from_db()
    assert (account.name, account.owner) == (value or "", None)


@pytest.mark.parametrize("number", [0, 7, -1, 40_000, 2**31 - 1, 2**40])
def test_numbers_of_any_size(number: int) -> None:
    for _ in range(2):
        (answer,) = run_together(
            [Statement("SELECT 1 WHERE %s = CAST(%s AS bigint)", [number, number])]
        )
        assert len(answer.rows) == 1


def test_a_key_and_a_moment_are_found_again(account: Account) -> None:
    now = datetime(2026, 11, 27, 12, 0, 0, 123456, tzinfo=UTC)
    assert update_row(Account, account.pk, {"created_on": now})
    assert not update_row(Account, uuid4(), {"created_on": now})
    account.refresh_from_db()
    assert account.created_on == now


def test_what_fails_stops_what_comes_behind_it(account: Account) -> None:
    other = create_account("Other")
    twice = update_of_row(Account, other.pk, {"account_id": account.pk})
    with pytest.raises(IntegrityError), transaction.atomic():
        run_together([renaming(account, "After"), twice, renaming(account, "Never")])
    assert names() == ["Before", "Other"]


def test_a_statement_that_failed_is_run_again_as_if_nothing_had_been(account: Account) -> None:
    for _ in range(3):
        with pytest.raises(DatabaseError), transaction.atomic():
            run_together([renaming(account, "After"), Statement("SELECT nothing FROM nowhere")])
        assert names() == ["Before"]
    assert update_row(Account, account.pk, {"name": "After"})
    assert names() == ["After"]


def test_what_is_taken_back_was_never_done(account: Account) -> None:
    with transaction.atomic():
        run_together([renaming(account, "After")])
        transaction.set_rollback(True)
    assert names() == ["Before"]


def test_a_broken_transaction_takes_no_more(account: Account) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            run_together([renaming(account, "After")])
    assert names() == ["Before"]


def test_more_than_any_buffer_holds(account: Account) -> None:
    long = "x" * 100
    asked = [Statement("SELECT CAST(%s AS varchar(100)), CAST(%s AS varchar(100))", [long, long])]
    answers = run_together(asked * 10_000)
    assert {tuple(one.rows[0]) for one in answers} == {(long, long)}


def test_who_listens_hears_each(account: Account) -> None:
    with CaptureQueriesContext(connection) as heard:
        run_together([NAME, renaming(account, "After")])
    assert len(heard) == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_each_journey_is_one(account: Account) -> None:
    twice = update_of_row(Account, create_account("Other").pk, {"account_id": account.pk})
    with pytest.raises(IntegrityError):
        run_together([twice])
    run_together([renaming(account, "After")])
    connection.close()
    assert names() == ["After", "Other"]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_is_begun_and_ended_as_by_django(account: Account) -> None:
    for name in ("1", "2"):
        with transaction.atomic():
            run_together([renaming(account, name)])
    with transaction.atomic():
        run_together([renaming(account, "3")])
        transaction.set_rollback(True)
    connection.close()
    assert names() == ["2"]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_forgot_is_told_again(account: Account) -> None:
    """As behind a pooler: at most one transaction fails of it."""
    if connection.vendor == "sqlite":
        return  # it prepares nothing
    assert names() == ["Before"]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(DatabaseError):
        names()
    assert names() == ["Before"]


@pytest.mark.django_db(transaction=True)
def test_a_column_that_became_another_is_read_as_it_is(account: Account) -> None:
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS one")
    read = Statement("SELECT one FROM changing")
    assert run_together([read])[0].rows == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE changing ALTER COLUMN one TYPE text")
    with pytest.raises(DatabaseError):
        run_together([read])
    assert run_together([read])[0].rows == [("1",)]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_went_is_a_fault_and_the_next_time_works(account: Account) -> None:
    if connection.vendor == "sqlite":
        return
    ended = Statement("SELECT pg_terminate_backend(pg_backend_pid())")
    statements = [renaming(account, "After"), ended, renaming(account, "Never")]
    with pytest.raises(DatabaseGone), store_faults(), transaction.atomic():
        run_together(statements)
    connection.close()
    assert names() == ["Before"]


def test_keys_of_many_kinds_of_values_are_told_apart() -> None:
    found = [
        run_together([Statement("SELECT CAST(%s AS varchar(36))", [value])])[0].rows[0][0]
        for value in ("a", UUID(int=1).hex, "b")
    ]
    assert found == ["a", UUID(int=1).hex, "b"]
