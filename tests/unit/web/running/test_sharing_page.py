"""System settings, who may read: the level is kept, audited, and refused when it is none."""

import pytest
from django.test import Client
from tests.unit.web.conftest import World

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.services import organization

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ADDRESS = "/settings/sharing/"


def test_the_level_is_kept_and_audited(world: World, as_administrator: Client) -> None:
    assert organization().shared_level == SharedLevel.NONE
    saved = as_administrator.post(ADDRESS, {"shared_level": SharedLevel.SUBJECT.value})
    assert saved.status_code == 302
    assert organization().shared_level == SharedLevel.SUBJECT
    entry = AuditEntry.objects.get(action="settings.changed")
    page = as_administrator.get(f"/audit/{entry.pk}/").content.decode()
    assert "Organization" in page
    assert "Who, when and subject" in page


@pytest.mark.parametrize("level", ["", "4", "-1", "all"])
def test_what_is_no_level_is_refused(world: World, as_administrator: Client, level: str) -> None:
    assert as_administrator.post(ADDRESS, {"shared_level": level}).status_code == 422
    assert organization().shared_level == SharedLevel.NONE
