"""The pages of many invitations: preview, sent, listed, sent again, withdrawn."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.access import services as access
from passerelle.access.models import Invitation
from passerelle.crm.services import create_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NEW, LIST = "/sign-in-accounts/invitations/new/", "/sign-in-accounts/invitations/"


def test_from_the_preview_to_withdrawn(world: World, as_administrator: Client) -> None:
    user = create_user("Dora", "dora@company.example")
    shown = as_administrator.get(NEW, {"q": "dora"}).content.decode()
    assert "Gets an account and an invitation" in shown
    form = {"q": "dora", "whom": "without", "expected": "1", "every": "on"}
    assert as_administrator.post(NEW, form)["Location"] == LIST
    one = Invitation.objects.get()
    assert one.pk == user.pk
    assert one.link_address == "http://testserver/sign-in/{token}/"
    assert "Waiting" in as_administrator.get(LIST).content.decode()
    as_administrator.post(LIST + "withdraw/", {"chosen": [str(user.pk), "rubbish"]})
    assert "Withdrawn" in as_administrator.get(LIST).content.decode()
    as_administrator.post(LIST + "again/", {"chosen": str(user.pk)})
    one.refresh_from_db()
    assert one.state == "waiting"


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"q": "dora", "expected": "1"}, id="nobody is ticked"),
        pytest.param({"q": "dora", "expected": "1", "chosen": "\0"}, id="rubbish is ticked"),
        pytest.param({"q": "dora", "expected": "2", "every": "on"}, id="the number changed"),
    ],
)
def test_what_cannot_be_sends_nothing(
    world: World, as_administrator: Client, form: dict[str, str]
) -> None:
    create_user("Dora", "dora@company.example")
    assert as_administrator.post(NEW, form, follow=True).status_code == 200
    assert not Invitation.objects.exists()


def test_a_way_is_asked_where_there_are_two(world: World, as_administrator: Client) -> None:
    user = create_user("Dora", "dora@company.example")
    assert 'name="way"' not in as_administrator.get(NEW).content.decode()
    stored = {"enabled": True, "label": "Example", "client_id": "passerelle",
              "issuer": "https://login.example.com"}  # fmt: skip
    access.save_openid_provider(stored, groups={}, secret=None, by="admin")
    assert 'name="way"' in as_administrator.get(NEW).content.decode()
    form = {"q": "dora", "whom": "without", "expected": "1", "every": "on"}
    as_administrator.post(NEW, {**form, "way": "provider"})
    assert Invitation.objects.get().way == "provider"
    assert "Single sign-on" in as_administrator.get(LIST).content.decode()
    Invitation.objects.all().delete()
    as_administrator.post(NEW, {**form, "way": "rubbish"})
    assert Invitation.objects.get(systemuser=user).way == "password"
