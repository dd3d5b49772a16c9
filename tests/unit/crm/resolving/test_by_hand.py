"""A person says whose an address is: in one email or in all, kept on the record, and undone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.crm.resolving.parties import means, party_of

from passerelle.crm.models import AddressResolution, Contact
from passerelle.crm.services import (
    Naming,
    create_account,
    create_contact,
    has_unnamed_email,
    name_party,
    name_record_everywhere,
    records_of,
    undo_naming,
    unnamed_party,
    update_customer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

THIS_EMAIL = Naming(everywhere=False, keep_address=False)
EVERYWHERE = Naming(everywhere=True, keep_address=False)
FROM_NOW_ON = Naming(everywhere=True, keep_address=True)


@pytest.fixture
def clara() -> Contact:
    return create_contact("Clara", "Client")


def test_one_email_is_named_and_no_other(clara: Contact) -> None:
    one, other = party_of("clara@home.example"), party_of("clara@home.example")
    assert name_party(one, clara, THIS_EMAIL, "ann") == 1
    assert (means(one), means(other)) == (clara, None)


def test_every_email_with_the_address_is_named_whatever_its_case(clara: Contact) -> None:
    rows = [party_of("clara@home.example"), party_of("Clara@Home.Example")]
    other = party_of("carl@home.example")
    assert name_party(rows[0], clara, EVERYWHERE, "ann") == 2
    assert [means(row) for row in rows] == [clara, clara]
    assert means(other) is None


def test_what_means_somebody_already_is_left(clara: Contact) -> None:
    account = create_account("Customer")
    named = party_of("clara@home.example", account=account)
    name_party(party_of("clara@home.example"), clara, EVERYWHERE, "ann")
    assert means(named) == account


def test_undone_it_means_nobody_again_and_nothing_else_changes(clara: Contact) -> None:
    by_itself = party_of("clara@home.example", contact=clara)
    rows = [party_of("clara@home.example") for _ in range(3)]
    name_party(rows[0], clara, EVERYWHERE, "ann")
    resolution = AddressResolution.objects.get()
    assert (resolution.address, resolution.username) == ("clara@home.example", "ann")
    assert undo_naming(resolution, "ann") == 3
    assert [means(row) for row in rows] == [None] * 3
    assert means(by_itself) == clara
    assert not AddressResolution.objects.exists()


def test_the_second_of_two_is_told_and_changes_nothing(clara: Contact) -> None:
    party, carl = party_of("info@home.example"), create_contact("Carl", "Client")
    name_party(party, clara, EVERYWHERE, "ann")
    with pytest.raises(ValidationError, match="meanwhile"):
        name_party(party, carl, FROM_NOW_ON, "bob")
    assert means(party) == clara
    assert not records_of({"info@home.example"})


def test_a_kept_address_means_the_record_from_now_on(clara: Contact) -> None:
    name_party(party_of("Clara@Home.example"), clara, FROM_NOW_ON, "ann")
    assert [record.id for record in records_of({"clara@home.example"})["clara@home.example"]] == [
        clara.pk
    ]
    clara.refresh_from_db()
    assert clara.email_address1 == "Clara@Home.example"


def test_a_record_without_room_keeps_the_addresses_that_it_has(clara: Contact) -> None:
    account = create_account("Customer", email_address1="info@customer.example")
    party = party_of("sales@customer.example")
    assert name_party(party, account, FROM_NOW_ON, "ann") == 1
    account.refresh_from_db()
    assert account.email_address1 == "info@customer.example"


def test_a_new_record_is_joined_with_what_came_before_it() -> None:
    earlier = [party_of("new@home.example") for _ in range(2)]
    record = create_contact("New", "Client", email_address1="new@home.example")
    assert has_unnamed_email(record)
    assert name_record_everywhere(record, "ann") == 2
    assert [means(row) for row in earlier] == [record, record]
    assert not has_unnamed_email(record)


def test_a_record_without_an_address_is_joined_with_nothing(clara: Contact) -> None:
    party_of("")
    assert not has_unnamed_email(clara)
    assert name_record_everywhere(clara, "ann") == 0


def test_only_a_party_of_the_email_that_means_nobody_is_asked_for(clara: Contact) -> None:
    party, other = party_of("clara@home.example"), party_of("carl@home.example")
    assert unnamed_party(party.email, "CLARA@home.example") == party
    assert unnamed_party(party.email, other.address_used) is None
    name_party(party, clara, THIS_EMAIL, "ann")
    assert unnamed_party(party.email, "clara@home.example") is None


@pytest.mark.parametrize("emails", [1, 50])
def test_naming_costs_the_same_for_one_email_and_for_many(clara: Contact, emails: int) -> None:
    rows = [party_of("clara@home.example") for _ in range(emails)]
    with CaptureQueriesContext(connection) as queries:
        name_party(rows[0], clara, EVERYWHERE, "ann")
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 2


@pytest.mark.only_on("sqlite")
def test_what_means_the_record_already_is_not_passed_over(clara: Contact) -> None:
    clara = update_customer(clara, email_address1="clara@home.example")
    with CaptureQueriesContext(connection) as captured:
        assert not has_unnamed_email(clara)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured.captured_queries[-1]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert len(plan) == 1
    assert "INDEX activityparty_unnamed (<expr>=?)" in plan[0]
