"""Composing and answering: one email however often the button is pressed, drafts, sending."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World, signed_in

from passerelle.crm.models import Email
from passerelle.crm.models.emails import EmailStatus
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
        pytest.param({"to": ""}, "This field is required.", id="somebody-receives-it"),
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
