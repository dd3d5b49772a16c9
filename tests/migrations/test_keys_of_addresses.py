"""Addresses outside ASCII that are here already get the key of all their spellings, once each."""

from importlib import import_module

import pytest
from django.apps import apps
from tests.unit.web.conftest import stored_email

from passerelle.crm.models import ActivityParty, Contact, DeadAddress, EmailSearch
from passerelle.crm.services import create_contact, create_user, records_of
from passerelle.mailboxes.models import NeverTrackRule
from passerelle.mailboxes.services import add_never_rule, never_rules
from passerelle.tracking import NeverKind, NeverRule

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CRM = import_module("passerelle.crm.migrations.0027_keys_of_addresses")
MAILBOXES = import_module("passerelle.mailboxes.migrations.0024_keys_of_never_track")
UNICODE, KEY = "carla@exämple.example", "carla@xn--exmple-cua.example"


@pytest.fixture
def carla() -> Contact:
    """As the version before stored her: each spelling as a row of its own."""
    found = create_contact("Carla", "Client", email_address1=UNICODE)
    EmailSearch.objects.update(email_address=UNICODE)
    return found


def keys() -> list[str]:
    return sorted(EmailSearch.objects.values_list("email_address", flat=True))


def test_a_record_is_found_by_every_spelling(carla: Contact) -> None:
    create_user("Anna", "anna@example.com")
    CRM.search(apps, None)
    assert keys() == ["anna@example.com", KEY]
    assert records_of([KEY])[KEY][0].id == carla.pk


def test_two_spellings_of_one_record_become_one_and_of_two_records_stay_two(carla: Contact) -> None:
    EmailSearch.objects.create(email_address=KEY, contact=carla)
    EmailSearch.objects.create(email_address="CARLA@exämple.example", contact=carla)
    dora = create_contact("Dora", "Client", email_address1=KEY)
    CRM.search(apps, None)
    CRM.search(apps, None)
    assert keys() == [KEY, KEY]
    assert {one.id for one in records_of([KEY])[KEY]} == {carla.pk, dora.pk}


def test_an_accent_in_a_local_part_stays_where_it_is(carla: Contact) -> None:
    EmailSearch.objects.update(email_address="josé@example.com")
    CRM.search(apps, None)
    assert keys() == ["josé@example.com"]


def test_many_are_taken_in_batches(carla: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CRM, "BATCH", 2)
    for number in range(5):
        EmailSearch.objects.create(email_address=f"c{number}@exämple.example", contact=carla)
    CRM.search(apps, None)
    assert all(key.isascii() for key in keys())
    assert len(keys()) == 6


def test_parties_keep_how_their_local_part_was_written() -> None:
    email = stored_email(create_user("Anna", "anna@example.com"))
    for position, address in enumerate(("José@Exämple.example", "b@example.com")):
        ActivityParty.objects.create(
            email=email, participation=2, address_used=address, position=position
        )
    CRM.parties(apps, None)
    written = ActivityParty.objects.order_by("position").values_list("address_used", flat=True)
    assert list(written) == ["José@xn--exmple-cua.example", "b@example.com"]


def test_dead_addresses_stay_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CRM, "BATCH", 2)
    for address in (UNICODE, KEY, "josé@example.com", "b@exämple.example", "c@exämple.example"):
        DeadAddress.objects.create(address=address, bounced_on="2026-11-01T00:00Z", status="5.1.1")
    CRM.dead(apps, None)
    assert sorted(DeadAddress.objects.values_list("address", flat=True)) == [
        "b@xn--exmple-cua.example",
        "c@xn--exmple-cua.example",
        KEY,
        "josé@example.com",
    ]


def test_what_is_never_tracked_is_known_by_every_spelling() -> None:
    for kind, value in ((NeverKind.DOMAIN, "exämple.example"), (NeverKind.ADDRESS, UNICODE)):
        rule = add_never_rule(None, NeverRule(kind, value), by="zoe")
        NeverTrackRule.objects.filter(pk=rule.pk).update(value=value)
    add_never_rule(None, NeverRule(NeverKind.ADDRESS, KEY), by="zoe")
    MAILBOXES.rules(apps, None)
    assert sorted(never_rules(None).values_list("kind", "value")) == [
        ("address", KEY),
        ("domain", "xn--exmple-cua.example"),
    ]
