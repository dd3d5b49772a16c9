"""The files of a winmail.dat are downloaded one by one, and its HTML is shown in the frame."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.tnef_streams import Packed, carried, letter
from tests.unit.web.conftest import World, receive

from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.messages import parse

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RAW = carried(
    letter(
        "<p>Voilà<script>x()</script>", Packed("a.txt", b"aaa"), Packed("../évil\r\n.bin", b"MZ")
    )
)


@pytest.fixture
def email(world: World) -> Email:
    """One of Ann's, with the files that were packed."""
    email = receive(world.ann_user, world.contact, RAW)
    email.attachments.all().delete()
    for number, one in enumerate(parse(RAW).attachments, 1):
        ActivityMimeAttachment.objects.create(
            email=email, number=number, filename=one.filename, mimetype=one.mimetype,
            filesize=one.size, part=one.part, digest=one.digest,
        )  # fmt: skip
    return email


def test_each_file_is_downloaded(as_ann: Client, email: Email) -> None:
    shown = as_ann.get(reverse("web:email", args=[email.pk])).content.decode()
    for number, name, data in ((2, "a.txt", b"aaa"), (3, "évil .bin", b"MZ")):
        address = reverse("web:email-attachment", args=[email.pk, number])
        assert address in shown
        assert name in shown
        answer = as_ann.get(address)
        assert answer.content == data
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_path_that_leads_nowhere_is_not_found(as_ann: Client, email: Email) -> None:
    email.attachments.filter(number=2).update(part="2!9")
    assert as_ann.get(reverse("web:email-attachment", args=[email.pk, 2])).status_code == 404


def test_its_html_is_shown_harmless(as_ann: Client, email: Email) -> None:
    framed = as_ann.get(reverse("web:email-frame", args=[email.pk])).content.decode()
    assert "Voilà" in framed
    assert "<script>x" not in framed
