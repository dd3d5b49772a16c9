"""An email says where it arrived and where not; a record tells of a dead address until cleared."""

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


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("passed_on", "to a server that reports no further"),
        ("arrived_on", "Arrived"),
        ("read_on", "Read"),
        ("deleted_on", "perhaps unread, as a receipt says"),
    ],
)
def test_what_receipts_told_stands_at_the_recipient(
    world: World, as_ann: Client, column: str, told: str
) -> None:
    page = reverse("web:email", args=[world.lost.pk])
    before = as_ann.get(page).content.decode()
    deliveries = Delivery.objects.filter(email=world.lost)
    deliveries.update(outcome=DeliveryOutcome.ACCEPTED, **{column: timezone.now()})
    assert as_ann.get(page).content.decode().count(told) > before.count(told)


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
