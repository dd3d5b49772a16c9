"""Images in the editors of signatures and templates, and in a new email that they stand in."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.images import png
from tests.unit.web.conftest import World, signed_in
from tests.unit.web.mail.writing.test_writing_emails import letter
from tests.unit.web.mail.writing.test_writing_images import file

from passerelle.crm.models import Email, EmailSignature, WordingImage
from passerelle.crm.services import attached_files, set_default_signature
from passerelle.messages import images_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NEW = "/writing/signatures/new/"


def kept(client: Client, *files: SimpleUploadedFile) -> list[str]:
    response = client.post(reverse("web:wording-images"), {"new_images": list(files)})
    return [one["id"] for one in json.loads(response.content)["images"]]


def typed(*ids: str, **fields: str) -> dict[str, str]:
    html = "".join(f'<img src="cid:{one}" alt="Logo">' for one in ids)
    return {"title": "Logo", "en_html": f"<p>Ann{html}</p>", "en_formatted": "on", **fields}


def saved(client: Client) -> EmailSignature:
    client.post(NEW, typed(*kept(client, file())))
    return EmailSignature.objects.get()


def test_an_image_is_shown_as_nothing_else(world: World, as_ann: Client, as_bob: Client) -> None:
    [name] = kept(as_ann, file("logo.html", png()))
    address = reverse("web:wording-image", args=[name])
    shown = as_ann.get(address)
    assert (shown.content, shown["Content-Type"]) == (png(), "image/png")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert as_bob.get(address).status_code == 404
    as_ann.post(NEW, typed(name))
    assert as_ann.get(address).status_code == 200
    assert as_bob.get(address).status_code == 404


def test_what_is_refused_is_said(world: World, as_ann: Client) -> None:
    told = as_ann.post(reverse("web:wording-images"), {"new_images": file("a.png", b"<svg/>")})
    assert told.status_code == 422
    assert "PNG" in json.loads(told.content)["error"]


def test_the_preview_shows_it_and_keeps_what_was_typed(world: World, as_ann: Client) -> None:
    [name] = kept(as_ann, file())
    page = as_ann.post(NEW, typed(name, "other@x", action="preview"))
    shown = re.findall(r'<img src="([^"]*)" alt="Logo"', page.content.decode())
    assert shown == [reverse("web:wording-image", args=[name])]
    assert f"cid:{name}" in page.context["form"]["en_html"].value()


def test_saved_and_changed_it_stays_where_it_was_put(world: World, as_ann: Client) -> None:
    made = saved(as_ann)
    address = reverse("web:signature", args=[made.pk])
    form = as_ann.get(address).context["form"]
    assert form["en_text"].value() == "Ann[image: Logo]"
    # Without scripts the text area is what counts, and it was left as it was.
    fields = {"title": "New", "en_html": form["en_html"].value(), "en_text": "Ann[image: Logo]"}
    as_ann.post(address, fields)
    made.refresh_from_db()
    assert (made.title, made.images.count()) == ("New", 1)
    as_ann.post(address, {"title": "New", "en_text": "Ann"})
    assert not WordingImage.objects.exists()


def test_without_scripts_it_stands_at_the_end(world: World, as_ann: Client) -> None:
    fields = {"title": "Logo", "en_text": "Ann\n{user}", "action": "images"}
    page = as_ann.post(NEW, fields | {"en_images": file()})
    form = page.context["form"]
    assert form["en_text"].value() == "Ann\n{user}\n\n[image: plan.png]"
    assert not EmailSignature.objects.exists()
    again = {name: form[name].value() for name in ("title", "en_text", "en_html", "en_formatted")}
    as_ann.post(NEW, again)
    made = EmailSignature.objects.get()
    assert images_in(made.wordings.get().html) == {made.images.get().content_id}


def test_without_scripts_what_is_no_image_is_said(world: World, as_ann: Client) -> None:
    page = as_ann.post(NEW, {"title": "L", "en_text": "Ann", "en_images": file("a.png", b"<svg/>")})
    assert page.status_code == 422
    assert "PNG" in page.content.decode()
    assert not EmailSignature.objects.exists()


def test_a_new_email_shows_the_image_before_it_is_saved_and_has_it_afterwards(
    world: World, as_ann: Client, as_bob: Client
) -> None:
    set_default_signature(world.ann_user, saved(as_ann))
    form = as_ann.get(reverse("web:email-new")).context["form"]
    [name] = images_in(form["html"].value())
    assert form["text"].value().endswith("Ann[image: Logo]")
    address = reverse("web:email-image", args=[form["guid"].value(), name])
    assert as_ann.get(address).content == png()
    assert as_bob.get(address).status_code == 404
    fields = letter(world, guid=str(form["guid"].value()), action="keep")
    html = {"html": form["html"].value(), "formatted": "on"}
    as_ann.post(reverse("web:email-new"), fields | html)
    email = Email.objects.get(pk=form["guid"].value())
    assert [one.content_id for one in attached_files(email)] == [name]
    EmailSignature.objects.all().delete()
    assert as_ann.get(address).content == png()


def test_an_account_without_a_user_keeps_none(world: World) -> None:
    world.ann.systemuser = None
    world.ann.save()
    address = reverse("web:wording-images")
    assert signed_in(world.ann).post(address, {"new_images": file()}).status_code == 404
