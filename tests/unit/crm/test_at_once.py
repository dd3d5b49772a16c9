"""What two processes do at the same moment comes out as if one had come after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    create_queue,
    create_sign_in,
    create_user,
    ensure_administrator,
    organization,
    redeem,
    remove_sign_in,
    sign_in_link,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    # A database in memory has one connection, and SQLite one writer anyway.
    pytest.mark.only_on("postgresql"),
]
AT_ONCE = 4
Result = TypeVar("Result")


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Run the calls side by side, each with a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            barrier.wait(60)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_link_lets_one_person_in() -> None:
    token = sign_in_link(create_sign_in("anna", Role.USER))
    came_in = at_once(*[lambda: redeem(token)] * AT_ONCE)
    assert sum(account is not None for account in came_in) == 1


def test_numbers_are_taken_one_after_the_other() -> None:
    organization()
    made = at_once(
        *[lambda: create_user("Anna").tracking_number] * AT_ONCE,
        *[lambda: create_queue("Support").tracking_number] * AT_ONCE,
    )
    assert sorted(made) == list(range(1, 2 * AT_ONCE + 1))


def test_two_administrators_who_remove_each_other_leave_one() -> None:
    organization()
    accounts = [create_sign_in(name, Role.ADMINISTRATOR) for name in ("anna", "bert")]

    def remove(account: SignInAccount) -> bool:
        try:
            remove_sign_in(account)
        except ValidationError:
            return False
        return True

    removed = at_once(*[lambda account=account: remove(account) for account in accounts])
    assert sorted(removed) == [False, True]
    assert SignInAccount.objects.count() == 1


def test_the_first_administrator_is_made_once() -> None:
    made = at_once(*[lambda: ensure_administrator().pk] * AT_ONCE)
    assert len(set(made)) == 1


def test_the_organization_is_made_once() -> None:
    assert len(set(at_once(*[lambda: organization().pk] * AT_ONCE))) == 1
