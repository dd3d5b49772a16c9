"""The button of an alert that only a person can close."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import record
from passerelle.faults.cycles import SomeRecipientsRefused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_done_stands_only_beside_what_a_person_closes(
    world: World, as_administrator: Client
) -> None:
    fault = SomeRecipientsRefused(accepted=1, refused=1)
    record(SubjectKind.EMAIL, world.lost.pk, "outgoing", fault)
    refused = Alert.objects.get(code=fault.code)
    other = Alert.objects.exclude(code=fault.code).get()
    page = as_administrator.get(reverse("web:alerts")).content.decode()
    assert reverse("web:alert-done", args=[refused.pk]) in page
    assert reverse("web:alert-done", args=[other.pk]) not in page


def test_done_closes_it_with_the_name_of_who_did(world: World, as_administrator: Client) -> None:
    fault = SomeRecipientsRefused(accepted=1, refused=1)
    record(SubjectKind.EMAIL, world.lost.pk, "outgoing", fault)
    alert = Alert.objects.get(code=fault.code)
    as_administrator.post(reverse("web:alert-done", args=[alert.pk]))
    closed = as_administrator.get(reverse("web:alerts") + "?box=closed").content.decode()
    assert "closed by admin" in closed
    assert reverse("web:alert-done", args=[alert.pk]) not in closed


def test_what_closes_by_itself_stays_open_whatever_is_posted(
    world: World, as_administrator: Client
) -> None:
    alert = Alert.objects.get()
    as_administrator.post(reverse("web:alert-done", args=[alert.pk]))
    alert.refresh_from_db()
    assert alert.closed_on is None
