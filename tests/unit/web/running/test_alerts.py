"""The button of an alert that only a person can close."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import record
from passerelle.faults.mail.cycles import SomeRecipientsRefused
from passerelle.faults.mail.protocols import ConnectionLost, LoginRefused
from passerelle.mailboxes.models import Mailbox

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


def test_a_dead_server_is_one_entry_that_leads_to_what_it_stops(
    world: World, as_administrator: Client
) -> None:
    lost = ConnectionLost(host="mail.company.example", step="listing")
    for mailbox in Mailbox.objects.all():
        record(SubjectKind.MAILBOX, mailbox.pk, "incoming", lost)
    page = as_administrator.get(reverse("web:alerts")).content.decode()
    assert page.count('<p class="strong">') < 2 + Mailbox.objects.count()
    key = Alert.objects.filter(code=lost.code).values_list("cause", flat=True)[0]
    address = reverse("web:alert-cause", args=[key])
    assert address in page
    stopped = as_administrator.get(address).content.decode()
    assert all(mailbox.name in stopped for mailbox in Mailbox.objects.all())
    assert as_administrator.post(reverse("web:alert-again", args=[key])).status_code == 302


def test_a_cause_that_is_gone_is_not_found(world: World, as_administrator: Client) -> None:
    assert as_administrator.get(reverse("web:alert-cause", args=["0" * 64])).status_code == 404


def test_each_alert_leads_to_where_its_remedy_is_carried_out(
    world: World, as_administrator: Client
) -> None:
    refused = LoginRefused(host="mail.company.example", account="ann", answer="NO")
    record(SubjectKind.MAILBOX, world.mailbox.pk, "incoming", refused)
    page = as_administrator.get(reverse("web:alerts")).content.decode()
    assert reverse("web:mailbox-credentials", args=[world.mailbox.pk]) in page


def test_who_is_told_is_kept_and_the_secret_never_shown(
    world: World, as_administrator: Client
) -> None:
    address = reverse("web:notices")
    values = {
        "mail_to": "night@company.example", "webhook_url": "https://hook.company.example/a",
        "secret": "s3cret of the hook", "lowest_level": "2", "gather_seconds": "60",
        "most_per_hour": "3", "tell_closed": "on", "language": "fr",
    }  # fmt: skip
    assert as_administrator.post(address, values).status_code == 302
    page = as_administrator.get(address).content.decode()
    assert "night@company.example" in page
    assert "s3cret" not in page
    refused = as_administrator.post(address, {**values, "webhook_url": "file:///etc/passwd"})
    assert refused.status_code == 422
