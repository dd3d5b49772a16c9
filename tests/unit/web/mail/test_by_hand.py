"""Track and Untrack: the buttons, who has them, and what the page says meanwhile and afterwards."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World
from tests.unit.web.mail.test_where import ignore

from passerelle.crm.models import Email
from passerelle.crm.services import reply_draft
from passerelle.faults import Secret
from passerelle.faults.mail.tracking import MessageGone
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod, ProcessEmailUsing
from passerelle.mailboxes.services import set_mailbox_password, switch_processing
from passerelle.sync.models import Place, Reading, TakeRequest
from passerelle.sync.models.incoming import Outcome
from passerelle.tracking import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/my-mailbox/"}


@pytest.fixture
def ignored(world: World) -> Place:
    """A message that Ann's mailbox, which is read, ignored."""
    make_readable(world)
    return ignore(world)


def make_readable(world: World) -> None:
    """Have the cycles read Ann's mailbox."""
    Mailbox.objects.filter(pk=world.mailbox.pk).update(
        profile=world.profile,
        incoming_method=DeliveryMethod.SERVER_SIDE,
        allow_credentials=True,
        approval=AccessApproval.APPROVED,
        enabled_for_incoming=True,
    )
    set_mailbox_password(world.mailbox, None, "ann", Secret("a-password"))
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="admin")
    Reading.objects.filter(mailbox=world.mailbox).update(uid_validity=1)


def address(place: Place) -> str:
    return reverse("web:place-track", args=[place.pk])


def untracking(email: Email) -> str:
    return reverse("web:email-untrack", args=[email.pk])


def shown(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("page", ["my-mailbox", "where"])
def test_the_button_stands_below_an_ignored_decision(
    ignored: Place, as_ann: Client, page: str
) -> None:
    path = reverse(f"web:{page}")
    assert f'action="{address(ignored)}"' in shown(as_ann, path, q="sam@stranger.example")
    answer = as_ann.post(address(ignored), {"next": path}, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Asked for" in answer.content.decode()
    asked = shown(as_ann, path, q="sam@stranger.example")
    assert "it is tracked with the next cycle of the mailbox" in asked
    assert f'hx-get="{address(ignored)}"' in asked
    assert TakeRequest.objects.get().username == "ann"


def test_an_administrator_has_it_on_the_page_of_the_mailbox(
    ignored: Place, world: World, as_administrator: Client
) -> None:
    for page in ("mailbox", "mailbox-decisions"):
        path = reverse(f"web:{page}", args=[world.mailbox.pk])
        assert f'action="{address(ignored)}"' in shown(as_administrator, path)


def test_nobody_goes_elsewhere_after_it(ignored: Place, as_ann: Client) -> None:
    answer = as_ann.post(address(ignored), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("web:where")


def test_with_htmx_only_the_part_changes(ignored: Place, world: World, as_ann: Client) -> None:
    part = as_ann.post(address(ignored), headers=HTMX).content.decode()
    assert part.startswith(f'<div id="track-{ignored.pk}"')
    assert 'hx-trigger="every 2s"' in part
    TakeRequest.objects.all().delete()
    Place.objects.filter(pk=ignored.pk).update(outcome=Outcome.TRACKED, email=world.received)
    part = shown(as_ann, address(ignored))
    assert reverse("web:email", args=[world.received.pk]) in part
    assert "hx-trigger" not in part


def test_one_that_is_gone_is_told_and_may_be_asked_for_again(
    ignored: Place, world: World, as_ann: Client
) -> None:
    TakeRequest.objects.create(
        place=ignored, mailbox=world.mailbox, username="ann", asked_on=timezone.now(),
        code=MessageGone.code,
    )  # fmt: skip
    part = shown(as_ann, address(ignored))
    assert MessageGone.cause in part
    assert "<form" in part


def test_what_cannot_be_is_said_in_place(ignored: Place, as_ann: Client) -> None:
    Mailbox.objects.update(enabled_for_incoming=False)
    part = as_ann.post(address(ignored), headers=HTMX).content.decode()
    assert "not enabled" in part
    answer = as_ann.post(address(ignored), follow=True)
    assert "not enabled" in answer.content.decode()
    assert not TakeRequest.objects.exists()


def test_the_email_is_untracked_after_a_question(world: World, as_ann: Client) -> None:
    email = world.received
    assert untracking(email) in shown(as_ann, reverse("web:email", args=[email.pk]))
    assert "The message stays in the mailboxes" in shown(as_ann, untracking(email))
    assert Email.objects.filter(pk=email.pk).exists()
    place = Place.objects.get(email=email)
    answer = as_ann.post(untracking(email), follow=True)
    assert "Untracked." in answer.content.decode()
    assert "Ignored: a person had this message untracked." in answer.content.decode()
    assert not Email.objects.filter(pk=email.pk).exists()
    assert Place.objects.get(pk=place.pk).reason == Reason.UNTRACKED_BY_HAND


def test_what_was_answered_from_here_says_so(world: World, as_ann: Client) -> None:
    reply_draft(world.received, world.ann)
    asked = shown(as_ann, untracking(world.received))
    assert "An email that was written here answers this one" in asked
    assert "button danger" not in asked
    answer = as_ann.post(untracking(world.received), follow=True)
    assert "An email that was written here answers this one" in answer.content.decode()
    assert Email.objects.filter(pk=world.received.pk).exists()


def test_who_only_reads_an_email_cannot_untrack_it(world: World, as_ann: Client) -> None:
    Email.objects.filter(pk=world.received.pk).update(owner=world.bob_user)
    assert untracking(world.received) not in shown(
        as_ann, reverse("web:email", args=[world.received.pk])
    )
    assert as_ann.post(untracking(world.received)).status_code == 404
    Email.objects.filter(pk=world.received.pk).update(accepting_queue=world.queue)
    assert as_ann.get(untracking(world.received)).status_code == 200
