"""The email page says what an attachment is, and why the text of an email cannot be read here."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World, receive

from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.messages import CLOSED, Kind
from passerelle.web.mail.attached import _CLOSED, _LABELS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ENCRYPTED = "This email is encrypted: only its reader can open it"


def shown(client: Client, email: Email, language: str = "en") -> str:
    page = reverse("web:email", args=[email.pk])
    return client.get(page, headers={"Accept-Language": language}).content.decode()


@pytest.fixture
def email(world: World) -> Email:
    """One of Ann's, without a text."""
    return receive(world.ann_user, world.contact, description="")


def becomes(email: Email, **fields: str) -> None:
    ActivityMimeAttachment.objects.filter(email=email).update(**fields)


def test_an_encrypted_email_says_so(as_ann: Client, email: Email) -> None:
    becomes(email, kind=Kind.SMIME_ENCRYPTED, filename="smime.p7m")
    page = shown(as_ann, email)
    assert ENCRYPTED in page
    assert "Encrypted (S/MIME)" in page
    assert "This email has no text." not in page
    assert "Cet e-mail est chiffré" in shown(as_ann, email, "fr")


def test_a_text_beside_what_is_encrypted_is_shown_and_enough(as_ann: Client, email: Email) -> None:
    becomes(email, kind=Kind.PGP_ENCRYPTED)
    Email.objects.filter(pk=email.pk).update(description="The file is for Bob.")
    page = shown(as_ann, email)
    assert "The file is for Bob." in page
    assert ENCRYPTED not in page
    assert "Encrypted (PGP)" in page


def test_a_text_that_pgp_encrypted_says_so(as_ann: Client, email: Email) -> None:
    Email.objects.filter(pk=email.pk).update(description="-----BEGIN PGP MESSAGE-----\n\nhQEM")
    page = shown(as_ann, email)
    assert ENCRYPTED in page
    assert "hQEM" in page


def test_of_one_recorded_before_type_and_name_tell(as_ann: Client, email: Email) -> None:
    becomes(email, kind="", mimetype="text/calendar", filename="")
    assert "Calendar entry" in shown(as_ann, email)


def test_a_kind_of_a_later_version_is_a_file(as_ann: Client, email: Email) -> None:
    becomes(email, kind="hologram")
    assert "page.html" in shown(as_ann, email)


def test_nobody_else_learns_that_it_is_encrypted(
    world: World, as_administrator: Client, email: Email
) -> None:
    becomes(email, kind=Kind.SMIME_ENCRYPTED)
    assert ENCRYPTED not in shown(as_administrator, email)


def test_every_kind_has_its_words() -> None:
    assert _LABELS.keys() == set(Kind) - {Kind.FILE}
    assert _CLOSED.keys() == CLOSED
