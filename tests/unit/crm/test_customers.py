"""Accounts, contacts and leads."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from passerelle.crm.models import EmailSearch
from passerelle.crm.services import (
    create_account,
    create_contact,
    create_lead,
    create_user,
    update_customer,
)
from passerelle.crm.services.addresses import add_addresses
from passerelle.crm.services.customers import full_name

IMPORTED = UUID("7d6f2c1e-1111-4222-8333-444455556666")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("Ada", "Example", "Ada Example", id="both-names-in-order"),
        pytest.param("", "Example", "Example", id="no-space-without-a-first-name"),
        pytest.param("A" * 50, "B" * 200, "A" * 50 + " " + "B" * 109, id="cut-to-its-column"),
    ],
)
def test_full_name(first: str, last: str, expected: str) -> None:
    assert full_name(first, last) == expected


@pytest.mark.django_db
@pytest.mark.database
class TestStored:
    def test_a_contact_is_found_by_each_of_its_addresses(self) -> None:
        contact = create_contact(
            "Ada",
            "Example",
            guid=IMPORTED,
            email_address1="Ada@example.org",
            email_address2="ada@EXAMPLE.org",
            email_address3="a.example@example.net",
        )
        rows = EmailSearch.objects.filter(contact=contact)
        found = set(rows.values_list("email_address", flat=True))
        assert found == {"ada@example.org", "a.example@example.net"}
        assert (contact.pk, contact.fullname) == (IMPORTED, "Ada Example")

    def test_a_contact_is_changed_where_named(self) -> None:
        company = create_account("Example Ltd", email_address1="info@example.org")
        contact = create_contact("Ada", "Example", email_address1="ada@example.org")
        changed = update_customer(contact, last_name="Sample", parent_customer=company)
        assert (changed.fullname, changed.parent_customer) == ("Ada Sample", company)
        assert EmailSearch.objects.filter(contact=contact).count() == 1

    def test_an_account_loses_its_address(self) -> None:
        account = create_account("Example Ltd", email_address1="info@example.org")
        assert update_customer(account, email_address1="", owner=create_user("Anna")).owner
        assert not EmailSearch.objects.filter(account=account).exists()

    def test_a_lead_has_a_full_name(self) -> None:
        lead = create_lead("Ada", "Example", company_name="Example Ltd")
        assert update_customer(lead, first_name="Eve").fullname == "Eve Example"

    def test_what_is_no_field_to_change_is_a_programming_error(self) -> None:
        with pytest.raises(TypeError, match="fullname"):
            update_customer(create_lead("Ada", "Example"), fullname="Somebody Else")

    def test_a_bad_address_is_refused(self) -> None:
        with pytest.raises(ValidationError):
            create_contact("Ada", "Example", email_address1="ada@")
        assert not EmailSearch.objects.exists()

    def test_rows_of_many_records_are_made_at_once(self, django_assert_num_queries: object) -> None:
        accounts = [create_account(f"A{n}", email_address1=f"a{n}@example.org") for n in range(5)]
        EmailSearch.objects.all().delete()
        with django_assert_num_queries(1):  # type: ignore[operator]
            add_addresses(accounts)
        assert EmailSearch.objects.count() == 5
