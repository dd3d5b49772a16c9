"""Import Data by its pages: file, columns, dry run, start, refused rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World, signed_in

from passerelle.crm.models import AuditEntry, Contact, Team, TeamMembership
from passerelle.engine.services import run_due
from passerelle.importing.models import Import, SavedColumns

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TEXT = "Prénom;Nom;Adresse e-mail\nZoé;Lefèvre;zoe@example.com\n=cmd();Malé;pas une adresse\n"


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.administrator)


def brought(client: Client, text: str = TEXT, kind: str = "contacts") -> Import:
    file = SimpleUploadedFile("contacts.csv", text.encode("cp1252"))
    response = client.post(reverse("web:import-new"), {"kind": kind, "file": file})
    found = Import.objects.latest("created_on")
    assert response["Location"] == reverse("web:import-columns", args=[found.pk])
    return found


def test_from_the_file_to_the_refused_rows(client: Client) -> None:
    before = Contact.objects.count()
    found = brought(client)
    page = client.get(reverse("web:import-columns", args=[found.pk])).content.decode()
    assert "Zoé" in page
    assert "would be refused" in page
    chosen = {"c0": "first_name", "c1": "last_name", "c2": "email_address1"}
    record = reverse("web:import", args=[found.pk])
    assert client.post(reverse("web:import-columns", args=[found.pk]), chosen)["Location"] == record
    assert "Dry run" in client.get(record).content.decode()
    run_due()
    assert "What the import would do" in client.get(record).content.decode()
    client.post(reverse("web:import-start", args=[found.pk]))
    part = client.get(reverse("web:import-progress", args=[found.pk]))
    assert "every 1s" in part.content.decode()
    run_due()
    assert client.get(reverse("web:import-progress", args=[found.pk]))["HX-Refresh"] == "true"
    assert "is not an email address" in client.get(record).content.decode()
    assert Contact.objects.count() == before + 1
    refused = client.get(reverse("web:import-refused", args=[found.pk]))
    text = refused.getvalue().decode("utf-8-sig")
    assert text.splitlines() == [
        "Prénom;Nom;Adresse e-mail;Reason",
        "'=cmd();Malé;pas une adresse;Adresse e-mail: “pas une adresse” is not an email address.",
    ]
    assert AuditEntry.objects.filter(action="import.started").count() == 1


def test_a_choice_of_columns_is_kept_for_the_next_file(client: Client) -> None:
    found = brought(client)
    chosen = {"c0": "last_name", "c1": "", "c2": "email_address1"}
    client.post(reverse("web:import-columns", args=[found.pk]), chosen)
    assert SavedColumns.objects.count() == 1
    assert brought(client).columns == ["last_name", "", "email_address1"]


def test_two_columns_for_one_field_and_missing_ones_are_refused(client: Client) -> None:
    address = reverse("web:import-columns", args=[brought(client).pk])
    twice = client.post(address, {"c0": "last_name", "c1": "last_name", "c2": "email_address1"})
    assert twice.status_code == 422
    assert "Two columns are for this field" in twice.content.decode()
    missing = client.post(address, {"c0": "", "c1": "last_name", "c2": ""})
    assert "No column is chosen for: Identifier (GUID) / Email address" in missing.content.decode()


def test_another_encoding_reads_the_file_again(client: Client) -> None:
    found = brought(client)
    layout = reverse("web:import-layout", args=[found.pk])
    client.post(layout, {"encoding": "utf-8-sig", "delimiter": ","})
    found.refresh_from_db()
    assert found.headings == ["Pr\ufffdnom;Nom;Adresse e-mail"]
    client.post(layout, {"encoding": "cp1252", "delimiter": ";"})
    found.refresh_from_db()
    assert found.headings == ["Prénom", "Nom", "Adresse e-mail"]
    assert client.post(layout, {"encoding": "cp037"}).status_code == 302


def test_a_file_that_is_none_is_refused_beside_its_box(client: Client) -> None:
    empty = {"kind": "contacts", "file": SimpleUploadedFile("x.csv", b"")}
    response = client.post(reverse("web:import-new"), empty)
    assert response.status_code == 422
    assert "The file is empty." in response.content.decode()
    assert not Import.objects.exists()


def test_thrown_away_it_leaves_nothing(client: Client) -> None:
    found = brought(client)
    client.post(reverse("web:import-stop", args=[found.pk]))
    assert not Import.objects.exists()
    assert "Nothing was imported yet" in client.get(reverse("web:imports")).content.decode()


def test_teams_are_listed_with_their_members(client: Client, world: World) -> None:
    team = Team.objects.create(name="Sales team", administrator=world.bob_user)
    TeamMembership.objects.create(team=team, systemuser=world.ann_user)
    assert "Sales team" in client.get(reverse("web:teams"), {"q": "sales"}).content.decode()
    page = client.get(reverse("web:team", args=[team.pk])).content.decode()
    assert world.ann_user.fullname in page
    assert world.bob_user.fullname in page
