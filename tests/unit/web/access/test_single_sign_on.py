"""The page of the provider: kept, refused beside the box, its secret never shown."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.access import services as access
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import Role

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECRET = "s3cret of the client"
FORM = {
    "enabled": "on", "label": "Example", "issuer": "https://login.example.com/realms/one",
    "client_id": "passerelle", "secret": SECRET, "scopes": "openid email",
    "group_claim": "groups", "reading_group": " readers ", "local_sign_in": "everybody",
    "administrators": "admins\n", "operators": "", "users": "staff\n\n  sales  ",
}  # fmt: skip


def test_it_is_kept_with_its_groups(world: World, as_administrator: Client) -> None:
    assert as_administrator.post("/settings/single-sign-on/", FORM).status_code == 302
    assert access.group_roles() == {
        "admins": Role.ADMINISTRATOR,
        "staff": Role.USER,
        "sales": Role.USER,
    }
    assert access.openid_provider().reading_group == "readers"
    page = as_administrator.get("/settings/single-sign-on/").content.decode()
    assert SECRET not in page
    assert "http://testserver/sign-in/provider/back/" in page
    assert SECRET not in str(list(AuditEntry.objects.values()))
    assert "Sign in with Example" in Client().get("/sign-in/").content.decode()


def test_saving_it_again_changes_nothing(world: World, as_administrator: Client) -> None:
    for _ in range(2):
        as_administrator.post("/settings/single-sign-on/", FORM)
        as_administrator.post("/settings/single-sign-on/", {**FORM, "secret": ""})
    credential = access.openid_provider().credential
    assert credential is not None
    assert credential.is_password_set
    entries = AuditEntry.objects.filter(action="signin.changed").order_by("done_on")
    changed = [entry.detail for entry in entries]
    assert [set(detail) for detail in changed[1:]] == [{"secret"}]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"issuer": "http://login.example.com"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"issuer": "javascript:alert(1)"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"scopes": "email"}, "scopes"),
        ({"local_sign_in": "nobody"}, "local_sign_in"),
        ({"users": "admins"}, "users"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(
    world: World, as_administrator: Client, changed: dict[str, str], field: str
) -> None:
    refused = as_administrator.post("/settings/single-sign-on/", {**FORM, **changed})
    assert refused.status_code == 422
    assert f"id_{field}_error" in refused.content.decode()
    assert not access.openid_provider().enabled


def test_without_a_provider_nobody_is_sent_anywhere(world: World) -> None:
    assert Client().get("/sign-in/provider/")["Location"] == "/sign-in/"
    assert Client().get("/sign-in/provider/back/")["Location"] == "/sign-in/"
    assert "/sign-in/provider/" not in Client().get("/sign-in/").content.decode()
