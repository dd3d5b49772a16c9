"""The address table put right from the records, whatever stands in it."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.crm.differences import Differences
from passerelle.crm.merging import begin_merge
from passerelle.crm.models import EmailSearch
from passerelle.crm.services import (
    add_alias,
    address_differences,
    create_account,
    create_contact,
    create_queue,
    create_user,
    renew_all_addresses,
    renewing,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Rows = set[tuple[object, ...]]


def rows() -> Rows:
    """Everything in the table but its keys."""
    columns = ("email_address", "systemuser", "queue", "account", "contact", "alias", "by_merge")
    return set(EmailSearch.objects.values_list(*columns))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """That of records of every kind that matters, which are asked for two at a time."""
    monkeypatch.setattr(renewing, "RECORDS_AT_ONCE", 2)
    add_alias(create_user("Anna Bell", "anna@example.com"), "a.bell@example.com", "ann")
    add_alias(create_queue("Orders", "orders@example.com"), "sales@example.com", "ann")
    kept = create_account("Duval", email_address1="info@duval.example")
    begin_merge(kept, create_account("Duval SA", email_address1="order@duval.example"), "ann")
    for number in range(3):
        first, second = f"{number}@customer.example", f"{number}@home.example"
        create_contact("Guy", str(number), email_address1=first, email_address2=second)
    create_contact("Nobody", "Known")
    return rows()


def test_what_is_right_is_left_alone(table: Rows) -> None:
    keys = set(EmailSearch.objects.values_list("pk", flat=True))
    assert sum(renew_all_addresses()) == 0
    assert set(EmailSearch.objects.values_list("pk", flat=True)) == keys


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("anna@example.com", 1),
        ("a.bell@example.com", 1),
        ("sales@example.com", 1),
        ("info@duval.example", 1),
        ("2@home.example", 1),
    ],
)
def test_what_lacks_is_there_again(table: Rows, address: str, wrong: int) -> None:
    EmailSearch.objects.filter(email_address=address).delete()
    assert sum(renew_all_addresses()) == wrong
    assert rows() == table


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("anna@example.com", 2),  # the one that is there no more, and the one that should be
        ("a.bell@example.com", 1),
        ("1@customer.example", 2),
    ],
)
def test_what_says_something_else_says_it_no_more(table: Rows, address: str, wrong: int) -> None:
    EmailSearch.objects.filter(email_address=address).update(email_address="x@elsewhere.example")
    assert sum(renew_all_addresses()) == wrong
    assert rows() == table


def test_all_is_made_anew_but_what_came_by_a_merge(table: Rows) -> None:
    EmailSearch.objects.all().delete()
    assert sum(renew_all_addresses()) == len(table) - 1
    assert rows() == {row for row in table if row[0] != "order@duval.example"}


@pytest.mark.parametrize("sample", [None, 50])
@pytest.mark.parametrize(
    ("address", "missing", "renamed"),
    [
        ("anna@example.com", Differences(1, 0), Differences(1, 1)),
        ("a.bell@example.com", Differences(1, 0), Differences(1, 1)),
        ("info@duval.example", Differences(1, 0), Differences(1, 1)),
        ("1@customer.example", Differences(1, 0), Differences(1, 1)),
        ("order@duval.example", Differences(), Differences()),  # it came by a merge
    ],
)
def test_differences_are_counted_and_left(
    table: Rows, sample: int | None, address: str, missing: Differences, renamed: Differences
) -> None:
    assert not address_differences(sample)
    row = EmailSearch.objects.get(email_address=address)
    EmailSearch.objects.filter(pk=row.pk).update(email_address="x@elsewhere.example")
    assert address_differences(sample) == renamed
    EmailSearch.objects.filter(pk=row.pk).delete()
    assert address_differences(sample) == missing
    assert row.email_address not in {address for address, *_ in rows()}


def test_a_sample_has_the_newest_made_here_and_of_another_system_some() -> None:
    for number in range(8):
        key = UUID(int=(0xE << 124) + number)
        create_account(f"Imported {number}", guid=key, email_address1=f"{number}@there.example")
    create_account("New", email_address1="new@here.example")
    EmailSearch.objects.all().delete()
    assert 2 <= address_differences(2).lacking <= 4
    EmailSearch.objects.all().delete()
    assert address_differences(20) == Differences(lacking=9)


def test_a_comparison_costs_the_same_for_few_and_for_many() -> None:
    def cost(count: int) -> int:
        for _ in range(count):
            create_account("Duval", email_address1="info@duval.example")
        with CaptureQueriesContext(connection) as queries:
            assert not address_differences(100)
        return len(queries)

    assert cost(1) == cost(30)
