"""The migrations make the database from nothing, and leave nothing when they are taken back."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.timeout(400),  # each migration of each app, twice
]
OURS = sorted(
    {one._meta.app_label for one in apps.get_models() if one.__module__.startswith("passerelle.")}
)


def our_tables() -> set[str]:
    held = set(connection.introspection.table_names())
    return {one._meta.db_table for one in apps.get_models() if one._meta.app_label in OURS} & held


def migrate(*words: str) -> None:
    call_command("migrate", *words, interactive=False, verbosity=0)


@pytest.fixture
def restored() -> Iterator[None]:
    """Other tests find the database as they need it."""
    try:
        yield
    finally:
        migrate()


@pytest.mark.timeout(600)  # each step remakes tables: minutes on a busy machine
@pytest.mark.usefixtures("restored")
def test_back_to_nothing_and_forth_again() -> None:
    made = our_tables()
    assert len(made) > 20
    for label in OURS:
        migrate(label, "zero")
    assert our_tables() == set()
    migrate()
    assert our_tables() == made
    call_command("migrate", check_unapplied=True, verbosity=0)


def test_tables_carry_the_names_of_dataverse() -> None:
    known = {"systemuser", "queue", "account", "contact", "lead", "email", "activityparty"}
    known |= {"activitymimeattachment", "queueitem", "emailserverprofile", "mailbox", "tracelog"}
    assert known <= our_tables()
