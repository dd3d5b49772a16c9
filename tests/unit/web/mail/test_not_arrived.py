"""An email that came back says where, and a record with a dead address says so until cleared."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.crm.models import DeadAddress
from passerelle.sync.models import Delivery
from passerelle.sync.models.outgoing import DeliveryOutcome, Report

pytestmark = [pytest.mark.django_db, pytest.mark.database]

REASON = "550 5.1.1 <b>no such user</b>"


def test_the_email_names_whom_it_did_not_reach(world: World, as_ann: Client) -> None:
    Delivery.objects.filter(email=world.lost).delete()
    Delivery.objects.create(
        email=world.lost,
        address="carla@customer.example",
        outcome=DeliveryOutcome.ACCEPTED,
        report=Report.BOUNCED,
        report_status="5.1.1",
        report_reason=REASON,
        reported_on=timezone.now(),
    )
    shown = as_ann.get(reverse("web:email", args=[world.lost.pk])).content.decode()
    assert "This email did not arrive everywhere" in shown
    assert "550 5.1.1 &lt;b&gt;no such user&lt;/b&gt;" in shown
    assert REASON not in shown


def test_a_delay_is_shown_and_is_no_failure(world: World, as_ann: Client) -> None:
    Delivery.objects.filter(email=world.lost).update(
        report=Report.DELAYED, reported_on=timezone.now()
    )
    shown = as_ann.get(reverse("web:email", args=[world.lost.pk])).content.decode()
    assert "Delayed on the way" in shown
    assert "did not arrive everywhere" not in shown


@pytest.mark.parametrize("kind", ["account", "contact", "lead"])
def test_a_dead_address_is_told_until_it_is_cleared(
    world: World, as_ann: Client, kind: str
) -> None:
    record = getattr(world, kind)
    type(record).objects.filter(pk=record.pk).update(email_address1="Carla@customer.example")
    DeadAddress.objects.create(
        address="carla@customer.example", bounced_on=timezone.now(), status="5.1.1", reason=REASON
    )
    page = reverse(f"web:{kind}", args=[record.pk])
    assert "nobody is at this address" in as_ann.get(page).content.decode()
    cleared = as_ann.post(reverse(f"web:{kind}-addresses-good", args=[record.pk]))
    assert (cleared.status_code, cleared.headers["Location"]) == (302, page)
    assert "nobody is at this address" not in as_ann.get(page).content.decode()
