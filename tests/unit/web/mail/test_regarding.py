"""What an email regards, said by a person."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.crm.models import Email

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def regarded(world: World) -> tuple[object, object, object]:
    stored = Email.objects.get(pk=world.received.pk)
    return stored.regarding_account, stored.regarding_contact, stored.regarding_lead


def test_a_record_is_found_pressed_and_shown(world: World, as_ann: Client) -> None:
    address = f"/emails/{world.received.pk}/regarding/"
    page = as_ann.get(address, {"q": "customer"}).content.decode()
    assert str(world.account.pk) in page
    assert str(world.contact.pk) in page
    as_ann.post(address, {"kind": "account", "key": str(world.account.pk)})
    assert regarded(world) == (world.account, None, None)
    as_ann.post(address, {"kind": "lead", "key": str(world.lead.pk)})
    assert regarded(world) == (None, None, world.lead)
    assert str(world.lead) in as_ann.get(f"/emails/{world.received.pk}/").content.decode()
    as_ann.post(address, {"kind": ""})
    assert regarded(world) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "key"), [("user", "x"), ("contact", ""), ("contact", "0" * 32), ("__class__", "1")]
)
def test_what_is_no_record_changes_nothing(
    world: World, as_ann: Client, kind: str, key: str
) -> None:
    address = f"/emails/{world.received.pk}/regarding/"
    assert as_ann.post(address, {"kind": kind, "key": key}).status_code == 404
    assert regarded(world) == (None, None, None)
