"""The list of domains that are limited: shown, added to, refused, and taken off."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.mailboxes.models import SendingRate
from passerelle.mailboxes.services import SendingLimit, limits_of_domains

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORM = {"domain": "gmail.com", "emails_a_minute": "20", "recipients_a_day": ""}


def test_a_domain_is_limited_and_let_go_again(world: World, as_administrator: Client) -> None:
    address = reverse("web:sending-limits")
    assert "No domain is limited." in as_administrator.get(address).content.decode()
    told = as_administrator.post(address, FORM, follow=True).content.decode()
    assert "It holds from the next email on." in told
    assert "20 emails a minute" in told
    assert limits_of_domains() == {"gmail.com": SendingLimit(20, None)}
    key = str(SendingRate.objects.get().pk)
    told = as_administrator.post(address, {"remove": key}, follow=True).content.decode()
    assert "No domain is limited." in told
    as_administrator.post(address, {"remove": "rubbish"})


@pytest.mark.parametrize(
    ("field", "value"),
    [("domain", "gmail"), ("emails_a_minute", "0"), ("emails_a_minute", ""), ("domain", "")],
)
def test_what_is_no_limit_is_told_beside_its_box(
    world: World, as_administrator: Client, field: str, value: str
) -> None:
    answer = as_administrator.post(reverse("web:sending-limits"), {**FORM, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not SendingRate.objects.exists()
