"""The email page tells what the believed server found out of the sender, in plain words."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import RAW, World, receive

from passerelle.crm.models import Email
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import update_profile
from passerelle.messages import Method, Verdict
from passerelle.web.mail.authenticity import _MEANINGS

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SERVER = "mx.company.example"
STAMP = (
    f"Authentication-Results: {SERVER}; spf=pass smtp.mailfrom=carla@customer.example;\r\n"
    " dkim=none; dmarc=fail\r\n"
)


@pytest.fixture
def email(world: World) -> Email:
    """One of Ann's, with the stamp of a server that is believed."""
    Mailbox.objects.filter(pk=world.mailbox.pk).update(profile=world.profile)
    update_profile(world.profile, authserv_id=SERVER)
    return receive(world.ann_user, world.contact, STAMP.encode() + RAW)


def shown(client: Client, email: Email, language: str = "en") -> str:
    page = reverse("web:email", args=[email.pk])
    return client.get(page, headers={"Accept-Language": language}).content.decode()


def test_the_checks_are_told_in_plain_words(as_ann: Client, email: Email) -> None:
    page = shown(as_ann, email)
    assert "The server that sent it may send for customer.example." in page
    assert "It bears no signature that could be checked." in page
    assert "Its domain does not vouch for the sender’s address" in page
    assert f"As {SERVER} found" in page


def test_they_are_told_in_french(as_ann: Client, email: Email) -> None:
    assert "a le droit d’envoyer pour customer.example" in shown(as_ann, email, "fr")


def test_nobody_is_believed_at_first(world: World, as_ann: Client, email: Email) -> None:
    update_profile(world.profile, authserv_id="")
    assert "sender-checks" not in shown(as_ann, email)


def test_an_administrator_sees_them_after_a_reason(as_administrator: Client, email: Email) -> None:
    assert "sender-checks" not in shown(as_administrator, email)
    as_administrator.post(
        reverse("web:email-reason", args=[email.pk]), {"reason": "The customer asked us to."}
    )
    assert "sender-checks" in shown(as_administrator, email)


def test_every_outcome_has_its_words() -> None:
    assert _MEANINGS.keys() == {(method, verdict) for method in Method for verdict in Verdict}


@pytest.mark.parametrize("name", ["mx company", "mx;spf=pass", 'mx"', "mx(1)", "x" * 256])
def test_a_name_that_no_server_can_have_is_refused(
    world: World, as_administrator: Client, name: str
) -> None:
    address = reverse("web:profile-edit", args=[world.profile.pk])
    form = as_administrator.get(address).context["form"]
    values = {box.html_name: box.value() for box in form if box.value() not in {None, False}}
    answer = as_administrator.post(address, {**values, "authserv_id": name})
    assert answer.status_code == 422
    assert "authserv_id" in answer.context["form"].errors


def test_the_profile_says_whose_checks_are_shown(
    world: World, as_administrator: Client, email: Email
) -> None:
    address = reverse("web:profile", args=[world.profile.pk])
    assert f"Those of {SERVER} are shown" in as_administrator.get(address).content.decode()
