"""Files that are refused, the table offered beside them, brought back as a draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.unit.router.migrating.company import hire
from tests.unit.web.conftest import sign_in_account, signed_in
from tests.unit.web.migrating.test_migrating import FILES, boxes

from passerelle.crm.models.people import Role
from passerelle.guids import new_guid
from passerelle.router.models import Migration, SalvagedFiles
from passerelle.router.services import profiles_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PAGE = reverse("web:migration-table")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(sign_in_account("admin", Role.ADMINISTRATOR))


def brought(client: Client, table: str | bytes, page: str = PAGE) -> tuple[int, str]:
    data = table.encode() if isinstance(table, str) else table
    upload = SimpleUploadedFile("table.csv", data)
    response = client.post(page, {"bring": "", "table": upload, "stopped": "on"})
    return response.status_code, response.get("Location") or response.content.decode()


def test_the_page_that_refuses_files_offers_what_could_be_read_of_them(admin: Client) -> None:
    hire()
    refused = admin.post(FILES, boxes(key=b"rubbish"))
    assert refused.status_code == 422
    page = reverse("web:migration-table", args=[SalvagedFiles.objects.get().pk])
    assert page in refused.content.decode()
    address = reverse("web:migration-table-csv", args=[SalvagedFiles.objects.get().pk])
    assert address in admin.get(page).content.decode()
    table = admin.get(address).getvalue()
    assert "pop.example.com" in table.decode("utf-8-sig")
    status, location = brought(admin, table, page)
    migration = Migration.objects.get()
    assert (status, location) == (302, reverse("web:migration-profiles", args=[migration.pk]))
    assert [one.users for one in profiles_of(migration)] == [2]
    assert admin.get(page).status_code == 404, "a draft was begun: nothing is kept of the files"


def test_good_files_leave_nothing_to_offer(admin: Client) -> None:
    assert PAGE in admin.get(FILES).content.decode(), "for whom has no files at all"
    admin.post(FILES, boxes())
    assert not SalvagedFiles.objects.exists()


def test_without_files_the_table_holds_an_example(admin: Client) -> None:
    address = reverse("web:migration-table-csv")
    assert address in admin.get(PAGE).content.decode()
    assert "pop.example.com" in admin.get(address).getvalue().decode()


def test_wrong_rows_are_told_and_nothing_is_begun(admin: Client) -> None:
    rows = f"profile,In,pop3,,\nuser,,,{EVIL},a@example.com\n"
    status, page = brought(admin, "kind,name,server_type,profile,address\n" + rows)
    assert status == 422
    assert "Nothing of the table was taken" in page
    assert "Row 2: No row has a profile of the name" in page
    assert EVIL not in page
    assert not Migration.objects.exists()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        pytest.param("a,b\n1,2\n", "lacks one of the columns", id="another-table"),
        pytest.param("kind,name,server_type,profile,address\n", "holds no profile", id="no-rows"),
        pytest.param("", "empty", id="an-empty-file"),
    ],
)
def test_what_is_no_table_is_told_beside_the_box(admin: Client, table: str, told: str) -> None:
    status, page = brought(admin, table)
    assert (status, told in page) == (422, True)


def test_the_routers_must_have_been_stopped(admin: Client) -> None:
    upload = SimpleUploadedFile("table.csv", b"kind,name,server_type,profile,address\n")
    response = admin.post(PAGE, {"bring": "", "table": upload})
    assert response.status_code == 422
    assert "stopped" in response.context["form"].errors


def test_what_is_not_kept_is_not_there(admin: Client) -> None:
    for name in ("migration-table", "migration-table-csv"):
        assert admin.get(reverse(f"web:{name}", args=[new_guid()])).status_code == 404
