"""The fields of delivery that a profile trusts, on its form and on its page."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World
from tests.unit.web.test_forms import PROFILE

from passerelle.mailboxes.models import EmailServerProfile

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_fields_are_kept_and_shown(world: World, as_administrator: Client) -> None:
    shown = reverse("web:profile", args=[world.profile.pk])
    assert "Not read" in as_administrator.get(shown).content.decode()
    typed = {**PROFILE, "trusted_delivery": "Delivered-To X-Original-To"}
    assert as_administrator.post("/profiles/new/", typed).status_code == 302
    made = EmailServerProfile.objects.get(name="Second")
    page = as_administrator.get(reverse("web:profile", args=[made.pk])).content.decode()
    assert "Delivered-To X-Original-To" in page


@pytest.mark.parametrize("fields", ["To", "Delivered-To Bcc", "x" * 61])
def test_a_field_that_any_sender_writes_is_refused(
    world: World, as_administrator: Client, fields: str
) -> None:
    answer = as_administrator.post("/profiles/new/", {**PROFILE, "trusted_delivery": fields})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"trusted_delivery"}
