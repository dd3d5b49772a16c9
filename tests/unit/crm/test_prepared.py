"""A prepared question answers as its query does, however long the list."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import Account
from passerelle.crm.services.prepared import Prepared
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Rows = QuerySet[Any, Any]
COUNT = 20


def by_key(keys: Any) -> Rows:
    """Constants before and behind the list; columns of kinds that a driver has otherwise."""
    rows = Account.objects.filter(~Q(name="nobody"), pk__in=keys, statecode=0)
    return rows.order_by("name").values_list("pk", "created_on", "owner", "name", "statecode")


def by_text(names: Any) -> Rows:
    return Account.objects.filter(name__in=names).order_by("name").values_list("name", "pk")


def in_two_halves(names: Any) -> Rows:
    """The list stands in each half of a union, beside a constant of its own."""
    one, other = (
        Account.objects.order_by()
        .filter(name__in=names)
        .annotate(half=Value(half))
        .values_list("half", "name")
        for half in (1, 2)
    )
    return one.union(other, all=True).order_by("half", "name")


@pytest.fixture
def accounts() -> list[Account]:
    accounts = [Account(account_id=new_guid(), name=f"Nr {at:02}") for at in range(COUNT)]
    return Account.objects.bulk_create(accounts)


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 16, 17, COUNT])
@pytest.mark.parametrize(
    ("ask", "value_of"),
    [
        pytest.param(by_key, lambda account: account.pk, id="by-key"),
        pytest.param(by_text, lambda account: account.name, id="by-text"),
        pytest.param(in_two_halves, lambda account: account.name, id="in-two-halves"),
    ],
)
def test_it_answers_as_its_query_does(
    accounts: list[Account],
    ask: Callable[[Any], Rows],
    value_of: Callable[[Account], Any],
    count: int,
) -> None:
    values = [value_of(account) for account in accounts[:count]]
    expected = list(ask(values))
    question: Prepared[Any] = Prepared(ask)
    assert expected
    assert [tuple(row) for row in question.rows(values)] == expected
    assert [tuple(row) for row in question.rows(values)] == expected  # by the text made before


def test_its_text_is_made_once_whatever_the_length_of_the_list(accounts: list[Account]) -> None:
    made: list[int] = []

    def ask(names: Sequence[str]) -> Rows:
        made.append(len(names))
        return by_text(names)

    question: Prepared[str] = Prepared(ask)
    for count in range(1, COUNT):
        assert len(question.rows([account.name for account in accounts[:count]])) == count
    assert made == [2, 2]  # twice, to see where the list stands


def test_a_value_is_never_text_of_the_question(accounts: list[Account]) -> None:
    hostile = "'); DROP TABLE account; -- %s"
    Account.objects.filter(pk=accounts[0].pk).update(name=hostile)
    question: Prepared[str] = Prepared(by_text)
    assert question.rows([hostile]) == [(hostile, accounts[0].pk)]
    assert question.rows(["%s", "\x02", ""]) == []


def test_nothing_is_asked_for_no_value() -> None:
    with CaptureQueriesContext(connection) as queries:
        question: Prepared[str] = Prepared(by_text)
        assert question.rows([]) == []
    assert len(queries) == 0


def test_a_list_that_does_not_stand_whole_is_refused() -> None:
    def torn(keys: Sequence[UUID]) -> Rows:
        return Account.objects.filter(pk__in=keys[1:]).values_list("pk")

    question: Prepared[UUID] = Prepared(torn)
    with pytest.raises(ValueError, match="torn"):
        question.rows([new_guid()])
