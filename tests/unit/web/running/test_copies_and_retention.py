"""The banner and the page of a copy; the page of retention and backups."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.services import organization
from passerelle.mailboxes.models import SystemSettings
from passerelle.upkeep.services import declare_copy, standing, upkeep_settings

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BANNER = 'id="copy-banner"'


def test_a_copy_says_so_on_every_page(as_administrator: Client, as_ann: Client) -> None:
    assert BANNER not in as_ann.get(reverse("web:home")).content.decode()
    declare_copy("admin")
    for client, name in ((as_ann, "home"), (as_ann, "emails"), (as_administrator, "health")):
        assert BANNER in client.get(reverse(f"web:{name}")).content.decode()


def test_only_an_administrator_is_led_to_the_answer(
    as_administrator: Client, as_ann: Client
) -> None:
    declare_copy("admin")
    answer = reverse("web:installation")
    assert answer in as_administrator.get(reverse("web:home")).content.decode()
    assert answer not in as_ann.get(reverse("web:home")).content.decode()


def test_confirming_needs_the_box(as_administrator: Client) -> None:
    declare_copy("admin")
    address = reverse("web:installation-confirm")
    assert as_administrator.post(address).status_code == 422
    assert standing().is_copy
    assert as_administrator.post(address, {"stopped": "on"}).status_code == 302
    assert not standing().is_copy


def test_a_copy_gets_a_name(as_administrator: Client) -> None:
    response = as_administrator.post(reverse("web:installation-copy"), {"name": "Test copy"})
    assert response.status_code == 302
    assert standing().is_copy
    assert organization().name == "Test copy"


def test_mailboxes_of_a_copy_tell_the_reason(as_administrator: Client, world: World) -> None:
    declare_copy("admin")
    SystemSettings.objects.update(process_email_using=1)
    page = as_administrator.get(reverse("web:mailbox", args=[world.mailbox.pk])).content.decode()
    assert BANNER in page


def fields(**changes: object) -> dict[str, object]:
    days = dict.fromkeys(
        ("ignored_days", "alert_days", "test_days", "timeline_days", "session_days"), 30
    )
    return {**days, "raw_days": 0, "audit_days": 0, "backup_hours": 0, "backups_kept": 7, **changes}


def test_days_are_saved(as_administrator: Client) -> None:
    response = as_administrator.post(reverse("web:upkeep"), fields(raw_days=365))
    assert response.status_code == 302
    assert upkeep_settings().raw_days == 365


def test_a_preview_saves_nothing(as_administrator: Client) -> None:
    response = as_administrator.post(reverse("web:upkeep"), fields(raw_days=1, preview="1"))
    assert response.status_code == 200
    assert upkeep_settings().raw_days == 0


def test_too_many_days_are_refused_with_their_field(as_administrator: Client) -> None:
    response = as_administrator.post(reverse("web:upkeep"), fields(raw_days=99_999))
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
