"""What others see of the email of a user or queue: shown on its page with its why, and changed."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import share_own, share_usually

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def page_of(client: Client, kind: str, record: SystemUser | Queue) -> str:
    answer = client.get(reverse(f"web:{kind}", args=[record.pk]))
    return answer.content.decode().partition('id="sharing"')[2].partition("</p>")[0]


def set_level(client: Client, kind: str, record: SystemUser | Queue, level: object) -> int:
    answer = client.post(reverse(f"web:{kind}-sharing", args=[record.pk]), {"level": level})
    return answer.status_code


@pytest.mark.parametrize("kind", ["user", "queue"])
def test_it_says_what_counts_and_why(world: World, as_administrator: Client, kind: str) -> None:
    record = world.ann_user if kind == "user" else world.queue
    share_usually(SharedLevel.SUBJECT, "admin")
    told = page_of(as_administrator, kind, record)
    assert "others see: Who, when and subject. So the organization says" in told
    assert set_level(as_administrator, kind, record, SharedLevel.ALL.value) == 302
    assert "others see: Everything. That is set here" in page_of(as_administrator, kind, record)
    assert set_level(as_administrator, kind, record, "") == 302
    assert "So the organization says" in page_of(as_administrator, kind, record)


def test_a_users_stricter_word_counts(world: World, as_administrator: Client) -> None:
    share_usually(SharedLevel.SUBJECT, "admin")
    share_own(world.ann_user, SharedLevel.NONE, "ann")
    told = page_of(as_administrator, "user", world.ann_user)
    assert "others see: Nothing. The user chose that" in told


@pytest.mark.parametrize("level", ["7", "x", "-1"])
def test_what_is_no_level_changes_nothing(
    world: World, as_administrator: Client, level: str
) -> None:
    assert set_level(as_administrator, "user", world.ann_user, level) == 302
    assert SystemUser.objects.get(pk=world.ann_user.pk).shared_level is None
    assert "Choose one of the levels." in as_administrator.get("/").content.decode()
