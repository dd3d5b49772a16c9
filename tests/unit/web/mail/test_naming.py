"""Whose an address is, said on the page of an email and on that of a record."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World, unnamed_in_cc

from passerelle.crm.models import ActivityParty, AddressResolution, Contact, Email
from passerelle.crm.models.mail.emails import Participation

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def dora(world: World) -> ActivityParty:
    return unnamed_in_cc(world.received)


def page_of(world: World, client: Client) -> str:
    return client.get(f"/emails/{world.received.pk}/").content.decode()


def naming(world: World, party: ActivityParty) -> str:
    return f"/emails/{world.received.pk}/people/{party.pk}/"


def named(party: ActivityParty) -> Contact | None:
    party.refresh_from_db()
    return party.contact


def test_a_record_is_found_pressed_shown_and_undone(
    world: World, as_ann: Client, dora: ActivityParty
) -> None:
    assert naming(world, dora) in page_of(world, as_ann)
    found = as_ann.get(naming(world, dora), {"q": "carla"}).content.decode()
    assert f"contact {world.contact.pk}" in found
    as_ann.post(naming(world, dora), {"record": f"contact {world.contact.pk}", "keep": "1"})
    assert named(dora) == world.contact
    world.contact.refresh_from_db()
    assert "dora@home.example" in (world.contact.email_address1, world.contact.email_address2)
    undo = f"/emails/{world.received.pk}/people/{AddressResolution.objects.get().pk}/undo/"
    assert undo in page_of(world, as_ann)
    as_ann.post(undo)
    assert named(dora) is None


def test_the_search_begins_with_the_name_in_the_header(
    world: World, as_ann: Client, dora: ActivityParty
) -> None:
    assert 'value="Dora"' in as_ann.get(naming(world, dora)).content.decode()


@pytest.mark.parametrize("record", ["", "contact", "user x", "contact x", "contact " + "0" * 32])
def test_what_is_no_record_names_nobody(
    world: World, as_ann: Client, dora: ActivityParty, record: str
) -> None:
    assert as_ann.post(naming(world, dora), {"record": record}).status_code == 404
    assert named(dora) is None


def test_who_is_named_already_is_not_named_again(world: World, as_ann: Client) -> None:
    party = world.received.parties.get(participation=Participation.SENDER)
    answer = as_ann.post(naming(world, party), {"record": f"account {world.account.pk}"})
    assert answer.status_code == 302
    assert named(party) == world.contact


def test_a_resolution_of_other_email_is_not_undone_here(world: World, as_ann: Client) -> None:
    other = AddressResolution.objects.create(
        address="x@example.com",
        contact=world.contact,
        username="bob",
        resolved_on=world.received.created_on,
    )
    address = f"/emails/{world.received.pk}/people/{other.pk}/undo/"
    assert as_ann.post(address).status_code == 404
    assert AddressResolution.objects.filter(pk=other.pk).exists()


def test_a_record_that_gets_an_address_is_offered_what_came_before(
    world: World, as_ann: Client, dora: ActivityParty
) -> None:
    page = f"/contacts/{world.contact.pk}/"
    assert f"{page}emails/" not in as_ann.get(page).content.decode()
    as_ann.post(
        f"{page}edit/",
        {
            "first_name": world.contact.first_name,
            "last_name": world.contact.last_name,
            "email_address1": world.contact.email_address1,
            "email_address2": "dora@home.example",
            "statecode": "0",
        },
    )
    assert f"{page}emails/" in as_ann.get(page).content.decode()
    as_ann.post(f"{page}emails/")
    assert named(dora) == world.contact


def test_a_sender_whom_several_could_be_is_told_until_somebody_says_who(
    world: World, as_ann: Client
) -> None:
    said = "Several records have this address, and none was chosen."
    sender = world.received.parties.filter(participation=Participation.SENDER)
    Email.objects.filter(pk=world.received.pk).update(ambiguous_sender=True)
    assert said not in page_of(world, as_ann)
    sender.update(contact=None)
    assert said in page_of(world, as_ann)
    as_ann.post(naming(world, sender.get()), {"record": f"contact {world.contact.pk}"})
    assert said not in page_of(world, as_ann)
