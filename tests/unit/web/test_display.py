"""Light or dark, keys or none: what each account keeps, and what the pages make of it."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import Look

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DISPLAY = "/display/"


def stored(world: World) -> SignInAccount:
    return SignInAccount.objects.get(pk=world.ann.pk)


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
def test_a_chosen_look_stands_on_every_page(world: World, as_ann: Client, look: Look) -> None:
    as_ann.post(DISPLAY, {"look": look.value})
    assert stored(world).look == look
    assert f'data-look="{look.value}"' in as_ann.get("/emails/").content.decode()


def test_the_look_of_the_system_is_chosen_again_by_its_empty_value(
    world: World, as_ann: Client
) -> None:
    as_ann.post(DISPLAY, {"look": "dark"})
    as_ann.post(DISPLAY, {"look": ""})
    assert stored(world).look == Look.SYSTEM
    assert "data-look" not in as_ann.get("/").content.decode()


def test_keys_are_switched_off_and_on_without_touching_the_look(
    world: World, as_ann: Client
) -> None:
    as_ann.post(DISPLAY, {"look": "dark"})
    as_ann.post(DISPLAY, {"keys": "off"})
    assert not stored(world).key_shortcuts
    assert "data-keys" not in as_ann.get("/").content.decode()
    as_ann.post(DISPLAY, {"keys": "on"})
    assert (stored(world).key_shortcuts, stored(world).look) == (True, Look.DARK)


@pytest.mark.parametrize("sent", [{"look": "pink"}, {"keys": "maybe"}, {}])
def test_what_is_no_choice_changes_nothing(
    world: World, as_ann: Client, sent: dict[str, str]
) -> None:
    before = stored(world)
    assert as_ann.post(DISPLAY, sent).status_code == 302
    after = stored(world)
    assert (after.look, after.key_shortcuts) == (before.look, before.key_shortcuts)


def test_the_way_back_leads_nowhere_else(as_ann: Client) -> None:
    assert as_ann.post(DISPLAY, {"next": "/emails/?box=sent"})["Location"] == "/emails/?box=sent"
    elsewhere = as_ann.post(DISPLAY, {"next": "https://evil.example/"})
    assert elsewhere["Location"] == reverse("web:home")
