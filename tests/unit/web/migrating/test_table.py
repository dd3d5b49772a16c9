"""The table of decisions on the pages: taken away, brought back, refused by row."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.unit.router.made_up import ANNA, BERT, POP3, SMTP
from tests.unit.router.migrating.company import begun, hire, with_providers
from tests.unit.web.conftest import sign_in_account, signed_in

from passerelle.crm.models.people import Role
from passerelle.router.files.values import Provider
from passerelle.router.models import Migration, MigrationChoice, MigrationState
from passerelle.router.services import people_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEAD = "kind,identifier,field,before,value\n"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(sign_in_account("admin", Role.ADMINISTRATOR))


@pytest.fixture
def migration(db: None) -> Migration:
    """A draft of a router that says no server and serves one whom nobody here is."""
    nowhere = replace(POP3, server="")
    hire()
    return begun(with_providers([Provider(nowhere, users=(ANNA, BERT)), Provider(SMTP)]))


def at(page: str, migration: Migration) -> str:
    return reverse(f"web:migration-{page}", args=[migration.pk])


def taken(client: Client, migration: Migration) -> str:
    return client.get(at("decisions-table", migration)).getvalue().decode("utf-8-sig")


def brought(client: Client, migration: Migration, rows: str) -> tuple[int, str]:
    upload = SimpleUploadedFile("decisions.csv", rows.encode())
    response = client.post(at("decisions", migration), {"bring": "", "table": upload})
    return response.status_code, response.content.decode()


def test_what_the_files_leave_open_is_filled_in_and_brought_back(
    admin: Client, migration: Migration
) -> None:
    assert at("decisions", migration) in admin.get(at("review", migration)).content.decode()
    assert (
        at("decisions-table", migration) in admin.get(at("decisions", migration)).content.decode()
    )
    table = taken(admin, migration)
    rows = list(csv.DictReader(StringIO(table)))
    (server,) = [row for row in rows if row["field"] == "incoming_location"]
    assert server["before"] == "", "the files say none"
    line = f"profile,{server['identifier']},incoming_location,,pop.example.com\n"
    status, page = brought(admin, migration, HEAD + line + f"user,{BERT},becomes,link,leave\n")
    assert (status, "2 things are decided" in page) == (200, True)
    assert "pop.example.com" in page
    assert people_of(Migration.objects.get()).get(name__startswith="bert").state == "left"
    assert "incoming_location" in taken(admin, migration)
    assert "pop.example.com" in taken(admin, migration)


def test_wrong_rows_are_told_and_nothing_is_taken(admin: Client, migration: Migration) -> None:
    rows = f"user,{ANNA},becomes,,leave\nuser,{BERT},becomes,,{EVIL}\n"
    status, page = brought(admin, migration, HEAD + rows)
    assert status == 422
    assert "Nothing of the table was taken" in page
    assert "Row 2: No user or queue has" in page
    assert EVIL not in page
    assert not MigrationChoice.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("address,password\na,b\n", "lacks one of the columns", id="another-table"),
        pytest.param("", "empty", id="an-empty-file"),
    ],
)
def test_what_is_no_table_is_told_beside_the_box(
    admin: Client, migration: Migration, text: str, told: str
) -> None:
    status, page = brought(admin, migration, text)
    assert (status, told in page) == (422, True)


def test_of_a_migration_that_has_started_there_is_no_table(
    admin: Client, migration: Migration
) -> None:
    Migration.objects.update(state=MigrationState.DONE)
    for page in ("decisions", "decisions-table"):
        assert admin.get(at(page, migration))["Location"] == reverse(
            "web:migration", args=[migration.pk]
        )
