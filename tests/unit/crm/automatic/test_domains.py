"""Which domains are of users and queues: asked of an index that the database keeps by itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import EmailSearch, SystemUser
from passerelle.crm.services import create_contact, update_user
from passerelle.crm.services.addresses import our_domains
from passerelle.mailboxes.services import create_queue_with_mailbox, create_user_with_mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ASKED = ("example.com", "queues.example", "customer.example", "new.example")


@pytest.fixture
def anna(db: None) -> SystemUser:
    create_queue_with_mailbox("Orders", "orders@Queues.example")
    create_contact("Clara", "Client", email_address1="clara@customer.example")
    return create_user_with_mailbox("Anna", "anna@example.com")


def test_those_of_users_and_queues_are_ours(anna: SystemUser) -> None:
    assert our_domains(ASKED) == {"example.com", "queues.example"}
    assert our_domains(("ample.com", "sub.example.com", "com", "")) == set()
    assert our_domains(()) == set()


def test_every_change_is_followed(anna: SystemUser) -> None:
    stored = SystemUser.objects.get(pk=anna.pk)
    update_user(stored, fullname="Anna", address="anna@new.example", by="zoe")
    assert our_domains(ASKED) == {"new.example", "queues.example"}
    EmailSearch.objects.filter(systemuser=anna).update(email_address="anna@customer.example")
    assert our_domains(ASKED) == {"customer.example", "queues.example"}
    EmailSearch.objects.filter(systemuser=anna).delete()
    assert our_domains(ASKED) == {"queues.example"}


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("a@new.example", id="plain"),
        pytest.param('"a@b"@new.example', id="an-at-in-quotes"),
        pytest.param("@new.example", id="nothing-before-it"),
    ],
)
def test_the_domain_stands_behind_the_last_at(anna: SystemUser, address: str) -> None:
    EmailSearch.objects.filter(systemuser=anna).update(email_address=address)
    assert "new.example" in our_domains(ASKED)


def test_it_is_sought_in_the_index(anna: SystemUser) -> None:
    many_addresses_of(anna)
    with CaptureQueriesContext(connection) as asked:
        our_domains(ASKED)
    (query,) = asked.captured_queries
    assert "USING INDEX emailsearch_our_domains (<expr>=?)" in plan_of(query["sql"])


def many_addresses_of(user: SystemUser) -> None:
    """So many that PostgreSQL, which plans by what it has counted, would not walk ours instead."""
    EmailSearch.objects.bulk_create(
        EmailSearch(systemuser=user, email_address=f"anna@{number}.example")
        for number in range(3_000)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE emailsearch")


def plan_of(sql: str) -> str:
    """How the database answers it, in the words of SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    found = "on emailsearch_our_domains" in plan or "using emailsearch_our_domains" in plan
    sought = found and "Index Cond: (substr(" in plan
    return "USING INDEX emailsearch_our_domains (<expr>=?)" if sought else plan
