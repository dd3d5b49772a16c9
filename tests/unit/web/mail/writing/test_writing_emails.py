"""Composing and answering: one email however often the button is pressed, drafts, sending."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World, signed_in

from passerelle.crm.models import Email, EmailSignature, EmailTemplate, SystemUser
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.services import Words, raw_bytes, save_wording, set_members
from passerelle.guids import new_guid
from passerelle.sync.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def letter(world: World, **changes: str) -> dict[str, str]:
    return {
        "guid": str(new_guid()), "sender": str(world.ann_user.pk), "to": "carla@customer.example",
        "cc": "", "subject": "Lamps", "text": "Dear Carla", "action": "send", **changes,
    }  # fmt: skip


def test_an_email_is_written_and_handed_over(world: World, as_ann: Client) -> None:
    response = as_ann.post("/emails/new/", letter(world))
    email = Email.objects.get(subject__startswith="Lamps")
    assert response["Location"] == reverse("web:email", args=[email.pk])
    assert email.statuscode == EmailStatus.PENDING_SEND
    assert Submission.objects.filter(email=email).exists()


def test_two_presses_of_send_are_one_email(world: World, as_ann: Client) -> None:
    form = letter(world)
    first, second = (as_ann.post("/emails/new/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Email.objects.filter(subject__startswith="Lamps").count() == 1


def test_a_form_cannot_name_somebody_elses_email(world: World, as_bob: Client) -> None:
    form = letter(world, guid=str(world.draft.pk), sender=str(world.bob_user.pk))
    assert as_bob.post("/emails/new/", form).status_code == 422
    world.draft.refresh_from_db()
    assert world.draft.statuscode == EmailStatus.DRAFT


def test_a_draft_is_kept_changed_and_thrown_away(world: World, as_ann: Client) -> None:
    as_ann.post("/emails/new/", letter(world, action="keep"))
    email = Email.objects.get(subject="Lamps")
    assert email.statuscode == EmailStatus.DRAFT
    address = reverse("web:email-edit", args=[email.pk])
    as_ann.post(address, letter(world, subject="More lamps", action="keep"))
    email.refresh_from_db()
    assert email.subject == "More lamps"
    as_ann.post(reverse("web:email-discard", args=[email.pk]))
    assert not Email.objects.filter(pk=email.pk).exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"to": "no address"}, "is not an email address", id="with-an-address"),
        pytest.param(
            {"sender": str(new_guid())}, "Select a valid choice", id="from-a-known-sender"
        ),
        pytest.param({"guid": ""}, "This field is required", id="from-our-own-form"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    world: World, as_ann: Client, changes: dict[str, str], told: str
) -> None:
    response = as_ann.post("/emails/new/", letter(world, **changes))
    assert response.status_code == 422
    html = response.content.decode()
    assert told in html
    assert "Dear Carla" in html
    assert not Email.objects.filter(subject="Lamps").exists()


def test_an_unknown_recipient_keeps_the_draft_and_says_what_to_do(
    world: World, as_ann: Client
) -> None:
    response = as_ann.post(
        "/emails/new/", letter(world, to="stranger@elsewhere.example"), follow=True
    )
    email = Email.objects.get(subject="Lamps")
    assert email.statuscode == EmailStatus.DRAFT
    assert response.redirect_chain[-1][0] == reverse("web:email-edit", args=[email.pk])
    assert "belongs to no record" in response.content.decode()


def test_one_writes_as_oneself_or_as_ones_queues_only(world: World) -> None:
    for account, names in ((world.ann, ["Ann Example", "Support"]), (world.bob, ["Bob Example"])):
        form = signed_in(account).get("/emails/new/").context["form"]
        labels = [label.partition(" <")[0] for _, label in form.fields["sender"].choices]
        assert labels == names


def test_an_answer_is_addressed_quoted_and_opened(world: World, as_ann: Client) -> None:
    response = as_ann.post(reverse("web:email-reply", args=[world.received.pk]), follow=True)
    form = response.context["form"]
    assert form["to"].value() == "carla@customer.example"
    assert form["subject"].value() == "Re: Order"
    assert "> The text of the order." in form["text"].value()


def test_what_still_waits_is_taken_back_by_a_button(world: World, as_ann: Client) -> None:
    as_ann.post("/emails/new/", letter(world))
    email = Email.objects.get(subject__startswith="Lamps")
    page, button = (
        reverse(f"web:{name}", args=[email.pk]) for name in ("email", "email-take-back")
    )
    assert button in as_ann.get(page).content.decode()
    told = as_ann.post(button, follow=True).content.decode()
    assert "It is not sent; it is a draft again." in told
    assert button not in told
    email.refresh_from_db()
    assert email.statuscode == EmailStatus.DRAFT
    assert not Submission.objects.filter(email=email).exists()
    told = as_ann.post(button, follow=True).content.decode()
    assert "does not wait for a person any more" in told


def test_what_may_be_out_already_is_not_taken_back(world: World, as_ann: Client) -> None:
    button = reverse("web:email-take-back", args=[world.lost.pk])
    assert button not in as_ann.get(reverse("web:email", args=[world.lost.pk])).content.decode()
    told = as_ann.post(button, follow=True).content.decode()
    assert "It is not sent" not in told
    assert "a recipient has it already" in told
    assert Submission.objects.filter(email=world.lost).exists()


def test_a_formatted_email_is_cleaned_and_kept(world: World, as_ann: Client) -> None:
    form = letter(world, html="<p>Dear <b>Carla</b><script>x()</script></p>", formatted="on")
    as_ann.post("/emails/new/", form | {"action": "keep"})
    email = Email.objects.get(subject="Lamps")
    assert (email.html, email.description) == ("<p>Dear <b>Carla</b></p>", "Dear Carla")


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        pytest.param("Dear Carla\r\n", True, id="unchanged-text-keeps-its-formatting"),
        pytest.param("Dear Clara", False, id="changed-text-is-what-was-meant"),
    ],
)
def test_without_scripts_the_text_area_works(
    world: World, as_ann: Client, text: str, *, formatted: bool
) -> None:
    form = letter(world, html="<p>Dear <b>Carla</b></p>", text=text, action="keep")
    as_ann.post("/emails/new/", form)
    email = Email.objects.get(subject="Lamps")
    assert bool(email.html) == formatted
    assert email.description.strip() == text.strip()


def test_files_are_attached_refused_removed_and_fetched(world: World, as_ann: Client) -> None:
    address = reverse("web:email-edit", args=[world.draft.pk])
    form = letter(world, action="attach")
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]
    page = as_ann.post(address, form | {"new_files": files}, follow=True)
    assert "a.txt" in page.content.decode()
    assert as_ann.get(reverse("web:email-attachment", args=[world.draft.pk, 2])).content == b"two"
    told = as_ann.post(
        address, form | {"new_files": [SimpleUploadedFile("c.exe", b"")]}, follow=True
    )
    assert "files that end in .exe are blocked" in told.content.decode()
    as_ann.post(address, letter(world, remove="1", action=""))
    assert [one.filename for one in world.draft.attachments.all()] == ["b.txt"]


def test_a_file_goes_with_a_new_email_at_once(world: World, as_ann: Client) -> None:
    form = letter(world) | {"new_files": [SimpleUploadedFile("a.txt", b"one")]}
    as_ann.post("/emails/new/", form)
    email = Email.objects.get(subject__startswith="Lamps")
    assert email.statuscode == EmailStatus.PENDING_SEND
    assert email.raw is not None
    assert b'filename="a.txt"' in raw_bytes(email.raw)


def test_a_draft_is_saved_while_it_is_written(world: World, as_ann: Client) -> None:
    form = letter(world, action="")
    address = reverse("web:email-save", args=[form["guid"]])
    assert "Saved at" in as_ann.post(address, form).content.decode()
    told = as_ann.post(address, form | {"subject": "Lamps again", "revision": "1"})
    assert "Saved at" in told.content.decode()
    told = as_ann.post(address, form | {"to": "carla@", "revision": "2"})
    assert "is not an email address" in told.content.decode()
    email = Email.objects.get(pk=form["guid"])
    assert (email.subject, email.statuscode) == ("Lamps again", EmailStatus.DRAFT)


def test_what_is_typed_while_the_email_is_sent_is_told_so(world: World, as_ann: Client) -> None:
    form = letter(world)
    as_ann.post("/emails/new/", form)
    address = reverse("web:email-save", args=[form["guid"]])
    told = as_ann.post(address, form | {"subject": "Too late", "revision": "1"})
    assert "on its way" in told.content.decode()
    assert not Email.objects.filter(subject__startswith="Too late").exists()


def test_a_second_window_overwrites_nothing_unless_it_is_told_to(
    world: World, as_ann: Client
) -> None:
    address = reverse("web:email-edit", args=[world.draft.pk])
    as_ann.post(address, letter(world, subject="First", action="keep", revision="0"))
    second = letter(world, subject="Second", action="send", revision="0")
    told = as_ann.post(address, second)
    assert told.status_code == 422
    assert "changed in another window" in told.content.decode()
    assert (
        "changed in another window"
        in as_ann.post(reverse("web:email-save", args=[world.draft.pk]), second).content.decode()
    )
    world.draft.refresh_from_db()
    assert (world.draft.subject, world.draft.statuscode) == ("First", EmailStatus.DRAFT)
    as_ann.post(address, second | {"keep-mine": "1", "action": "keep"})
    world.draft.refresh_from_db()
    assert world.draft.subject == "Second"


def test_an_email_waits_for_its_time_in_the_readers_zone(world: World, as_ann: Client) -> None:
    with timezone.override("Europe/Paris"):
        as_ann.post("/emails/new/", letter(world, send_after="2040-07-01T09:00"))
    email = Email.objects.get(subject__startswith="Lamps")
    assert email.send_after == datetime(2040, 7, 1, 7, tzinfo=UTC)
    assert Submission.objects.get(email=email).not_before == email.send_after


def test_receipts_are_ticked_kept_and_shown(world: World, as_ann: Client) -> None:
    as_ann.post("/emails/new/", letter(world, delivery_receipt="on", action="keep"))
    email = Email.objects.get(subject="Lamps")
    assert (email.delivery_receipt_requested, email.read_receipt_requested) == (True, False)
    form = as_ann.get(reverse("web:email-edit", args=[email.pk])).context["form"]
    assert [form[name].value() for name in ("delivery_receipt", "read_receipt")] == [True, False]
    shown = as_ann.get(reverse("web:email", args=[email.pk])).content.decode()
    assert "Receipts asked for" in shown


def test_answer_all_and_forward_open_a_draft(world: World, as_ann: Client) -> None:
    for name, subject in (("reply-all", "Re: Order"), ("forward", "Fwd: Order")):
        page = as_ann.post(reverse(f"web:email-{name}", args=[world.received.pk]), follow=True)
        assert page.context["form"]["subject"].value() == subject
    assert "page.html" in page.content.decode()


def test_who_lost_the_right_to_a_sender_keeps_a_draft(world: World, as_ann: Client) -> None:
    form = letter(world, sender=str(world.queue.pk), action="keep")
    as_ann.post("/emails/new/", form)
    set_members(world.queue, [world.bob_user])
    told = as_ann.post(
        reverse("web:email-edit", args=[form["guid"]]), form | {"action": "send"}, follow=True
    )
    assert "cannot send email as the selected user" in told.content.decode()
    assert Email.objects.get(pk=form["guid"]).statuscode == EmailStatus.DRAFT


def template(owner: SystemUser | None) -> EmailTemplate:
    made = EmailTemplate(owner=owner)
    words = {"en": Words("<p>Dear {recipient}, yours {user}</p>", "Hello {recipient}")}
    save_wording(made, "Hello", words, by="ann")
    return made


def test_a_template_is_put_into_a_draft_by_a_button(world: World, as_ann: Client) -> None:
    made = template(world.ann_user)
    form = letter(world, subject="", action="insert", wording=f"template:{made.pk}:en")
    page = as_ann.post("/emails/new/", form, follow=True)
    email = Email.objects.get(pk=form["guid"])
    assert email.subject == "Hello Carla Customer"
    assert "Dear Carla Customer, yours Ann Example" in page.context["form"]["text"].value()


@pytest.mark.parametrize("wording", ["", "template:x:en", "other:1:en", "template::", "{other}"])
def test_what_is_no_template_of_ones_own_is_left_out(
    world: World, as_ann: Client, wording: str
) -> None:
    wording = wording.replace("{other}", f"template:{template(world.bob_user).pk}:en")
    form = letter(world, action="insert", wording=wording)
    as_ann.post("/emails/new/", form)
    assert Email.objects.get(pk=form["guid"]).description.strip() == "Dear Carla"


def test_a_signature_is_made_seen_before_and_used(world: World, as_ann: Client) -> None:
    typed = {
        "title": "Usual",
        "en_text": "Bye\n{user}",
        "fr_html": "<p>Au revoir<br><b>{user}</b></p>",
        "fr_formatted": "on",
    }
    shown = as_ann.post("/writing/signatures/new/", typed | {"action": "preview"})
    assert "<p>Au revoir<br><b>Ann Example</b></p>" in shown.content.decode()
    assert not EmailSignature.objects.exists()
    as_ann.post("/writing/signatures/new/", typed | {"action": "save", "shared": "on"})
    made = EmailSignature.objects.get()
    assert made.owner == world.ann_user, "only administrators make one for everybody"
    assert {one.language: one.html for one in made.wordings.all()} == {
        "en": "<p>Bye<br>{user}</p>",
        "fr": "<p>Au revoir<br><b>{user}</b></p>",
    }
    as_ann.post("/writing/", {"signature": str(made.pk), "allows_on_behalf": "on"})
    world.ann_user.refresh_from_db()
    assert (world.ann_user.default_signature, world.ann_user.allows_on_behalf) == (made, True)
    assert "Bye" in as_ann.get("/emails/new/").context["form"]["text"].value()
    page = as_ann.post(reverse("web:email-reply", args=[world.received.pk]), follow=True)
    assert "Ann Example" in page.context["form"]["text"].value()
    as_ann.post(reverse("web:signature", args=[made.pk]), {"action": "remove"})
    assert not EmailSignature.objects.exists()


def test_a_shared_one_is_changed_by_administrators_only(world: World, as_ann: Client) -> None:
    address = reverse("web:template", args=[template(None).pk])
    assert as_ann.post(address, {"action": "remove"}).status_code == 404
    assert (
        as_ann.get(reverse("web:template", args=[template(world.bob_user).pk])).status_code == 404
    )
    assert signed_in(world.administrator).post(address, {"action": "remove"}).status_code == 302


def test_on_behalf_needs_the_right_and_the_consent(world: World, as_ann: Client) -> None:
    as_bob = signed_in(world.bob)
    as_ann.post("/writing/", {"allows_on_behalf": "on"})
    assert "Ann Example" not in as_bob.get("/emails/new/").content.decode()
    address = reverse("web:user-send-as", args=[world.bob_user.pk])
    signed_in(world.administrator).post(address, {"given": "yes"})
    as_bob.post("/emails/new/", letter(world))
    email = Email.objects.get(subject__startswith="Lamps")
    assert email.raw is not None
    raw = raw_bytes(email.raw)
    assert b"From: Ann Example <ann@company.example>\r\nSender: Bob Example <bob@" in raw
