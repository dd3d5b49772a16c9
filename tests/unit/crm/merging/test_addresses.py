"""Addresses that came by a merge: shown while no column has them, and taken away by a person."""

import pytest

from passerelle.crm.merging import begin_merge, drop_address, further_addresses
from passerelle.crm.models import Account, AuditEntry
from passerelle.crm.services import (
    change_customers,
    create_account,
    records_of,
    update_customer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORDER = "order@duval.example"


@pytest.fixture
def account(db: None) -> Account:
    """One whose second address came by a merge."""
    kept = create_account("Duval", email_address1="info@duval.example")
    begin_merge(kept, create_account("Duval SA", email_address1=ORDER), "ann")
    kept.refresh_from_db()
    return kept


def test_it_is_told(account: Account) -> None:
    assert further_addresses(account) == [ORDER]


def test_a_person_takes_it_away(account: Account) -> None:
    assert drop_address(account, ORDER, "ann")
    assert not records_of([ORDER])
    assert not drop_address(account, ORDER, "ann")
    noted = [one.detail for one in AuditEntry.objects.all() if "address_dropped" in one.detail]
    assert noted == [{"address_dropped": ORDER}]


def test_an_address_of_its_columns_is_no_such_address(account: Account) -> None:
    assert not drop_address(account, "info@duval.example", "ann")
    assert records_of(["info@duval.example"])


def test_one_that_comes_into_a_column_is_there_once(account: Account) -> None:
    update_customer(account, email_address1=ORDER)
    assert [one.id for one in records_of([ORDER])[ORDER]] == [account.pk]
    assert not records_of(["info@duval.example"])


def test_an_import_leaves_it(account: Account) -> None:
    account.email_address1 = "new@duval.example"
    change_customers([account], {"email_address1"})
    assert [one.id for one in records_of([ORDER])[ORDER]] == [account.pk]
    account.email_address1 = ORDER
    change_customers([account], {"email_address1"})
    assert [one.id for one in records_of([ORDER])[ORDER]] == [account.pk]
