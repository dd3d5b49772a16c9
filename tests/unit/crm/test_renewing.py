"""The address table put right from the records, whatever stands in it."""

import pytest

from passerelle.crm.merging import begin_merge
from passerelle.crm.models import EmailSearch
from passerelle.crm.services import (
    add_alias,
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
