"""Images in the editor: kept for the text, shown to whoever may read it, and sent with it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.images import png
from tests.unit.web.conftest import World, stored_email
from tests.unit.web.mail.writing.test_writing_emails import letter

from passerelle.crm.models import Email
from passerelle.crm.services import raw_bytes
from passerelle.guids import new_guid
from passerelle.messages import parse

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def kept(client: Client, key: object, *files: SimpleUploadedFile, **fields: str) -> list[str]:
    """The Content-IDs of images that the editor sends."""
    response = client.post(
        reverse("web:email-images", args=[key]), {"new_images": list(files), **fields}
    )
    assert response.status_code == 200, response.content
    return [one["id"] for one in json.loads(response.content)["images"]]


def file(name: str = "plan.png", octets: bytes = png()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, octets)


def test_the_editor_gets_an_image_by_an_address_that_shows_nothing_else(
    world: World, as_ann: Client, as_bob: Client
) -> None:
    [content_id] = kept(as_ann, world.draft.pk, file("plan.html", png()))
    address = reverse("web:email-image", args=[world.draft.pk, content_id])
    shown = as_ann.get(address)
    assert (shown.content, shown["Content-Type"]) == (png(), "image/png")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"] == "no-store"
    assert as_bob.get(address).status_code == 404
    other = stored_email(world.ann_user)
    assert as_ann.get(reverse("web:email-image", args=[other.pk, content_id])).status_code == 404


def test_bytes_that_are_no_image_are_never_shown_as_one(world: World, as_ann: Client) -> None:
    [content_id] = kept(as_ann, world.draft.pk, file())
    as_ann.post(
        reverse("web:email-edit", args=[world.draft.pk]),
        letter(world, action="attach") | {"new_files": [SimpleUploadedFile("a.html", b"<b>")]},
    )
    world.draft.attachments.filter(filename="a.html").update(content_id="page@x.example")
    hostile = reverse("web:email-image", args=[world.draft.pk, "page@x.example"])
    assert as_ann.get(hostile).status_code == 404
    assert as_ann.get(hostile.replace("page@x.example", content_id)).status_code == 200


def test_what_is_wrong_is_told_to_the_editor(world: World, as_ann: Client) -> None:
    address = reverse("web:email-images", args=[world.draft.pk])
    told = as_ann.post(address, {"new_images": file("a.png", b"<svg/>")})
    assert told.status_code == 422
    assert "PNG, JPEG, GIF and WebP" in json.loads(told.content)["error"]
    assert as_ann.get(address).status_code == 405


def test_an_email_that_was_never_saved_is_made_for_its_first_image(
    world: World, as_ann: Client
) -> None:
    form = letter(world)
    [content_id] = kept(as_ann, form["guid"], file(), sender=form["sender"])
    html = f'<p>See <img src="cid:{content_id}" alt="plan.png"></p>'
    response = as_ann.post("/emails/new/", form | {"html": html, "formatted": "on"})
    email = Email.objects.get(subject__startswith="Lamps")
    assert response["Location"] == reverse("web:email", args=[email.pk])
    assert email.raw is not None
    [image] = parse(raw_bytes(email.raw)).attachments
    assert (image.content_id, image.inline) == (content_id, True)
    frame = as_ann.get(reverse("web:email-frame", args=[email.pk])).content.decode()
    assert '<img src="data:image/png;base64,' in frame


def test_nobody_makes_one_as_somebody_else(world: World, as_bob: Client) -> None:
    address = reverse("web:email-images", args=[new_guid()])
    sender = str(world.ann_user.pk)
    assert as_bob.post(address, {"new_images": file(), "sender": sender}).status_code == 404
    assert as_bob.post(address, {"new_images": file()}).status_code == 404


def test_what_has_left_takes_no_image(world: World, as_ann: Client) -> None:
    address = reverse("web:email-images", args=[world.lost.pk])
    assert as_ann.post(address, {"new_images": file()}).status_code == 404


def test_without_scripts_an_image_stands_at_the_end_and_the_text_stays_formatted(
    world: World, as_ann: Client
) -> None:
    address = reverse("web:email-edit", args=[world.draft.pk])
    page = as_ann.post(
        address, letter(world, action="images") | {"new_images": file()}, follow=True
    )
    assert "an image in the text" in page.content.decode()
    form = page.context["form"]
    assert form["text"].value() == "Dear Carla\n\n[image: plan.png]"
    unchanged = letter(world, html=form["html"].value(), text=form["text"].value(), action="keep")
    as_ann.post(address, unchanged)
    email = Email.objects.get(pk=world.draft.pk)
    assert email.html == form["html"].value()
    page = as_ann.post(address, unchanged | {"text": "Without", "action": "attach"}, follow=True)
    assert "an image that the text does not show: it is not sent" in page.content.decode()
    row = email.attachments.get()
    as_ann.post(address, letter(world, action="", remove=str(row.number)))
    assert not email.attachments.exists()


def test_an_image_that_is_refused_without_scripts_is_told_and_changes_nothing(
    world: World, as_ann: Client
) -> None:
    address = reverse("web:email-edit", args=[world.draft.pk])
    form = letter(world, action="images") | {"new_images": file("a.png", b"GIF89a")}
    assert "is no image for a text" in as_ann.post(address, form, follow=True).content.decode()
    assert not world.draft.attachments.exists()


@pytest.mark.parametrize("name", ["email-new", "signature-new", "template-new"])
def test_every_editor_takes_images(world: World, as_ann: Client, name: str) -> None:
    assert "data-insert-image" in as_ann.get(reverse(f"web:{name}")).content.decode()
