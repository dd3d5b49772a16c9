"""Where an email belongs: what its page says of it, and a person's word, taken and undone."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.crm.threads.test_relinking import fresh, proposed, said
from tests.unit.web.conftest import World, index_all, stored_email

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import CorrelationMethod, CorrelationState
from passerelle.crm.services import mark

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def page(client: Client, email: Email) -> str:
    return client.get(reverse("web:email", args=[email.pk])).content.decode()


def test_a_proposal_says_what_and_why_and_can_be_accepted(world: World, as_ann: Client) -> None:
    email = proposed(world)
    shown = page(as_ann, email)
    assert f'href="{reverse("web:email", args=[world.received.pk])}"' in shown
    assert "It forwards that email." in shown
    assert "Found by: In-Reply-To." in shown
    as_ann.post(reverse("web:email-accept", args=[email.pk]))
    assert fresh(email).correlated_activity == world.received
    shown = page(as_ann, email)
    assert "By a person" in shown
    assert 'id="proposal"' not in shown


def test_a_proposal_can_be_refused_and_the_second_is_told(world: World, as_ann: Client) -> None:
    email = proposed(world)
    for _ in range(2):
        answer = as_ann.post(reverse("web:email-refuse", args=[email.pk]), follow=True)
    assert fresh(email).proposed_activity is None
    assert "Nothing is proposed for this email any more." in answer.content.decode()


def test_what_is_not_ones_own_to_see_is_neither_named_nor_joined(
    world: World, as_ann: Client
) -> None:
    secret = stored_email(world.bob_user, subject="Bob alone")
    email = proposed(world, to=secret)
    shown = page(as_ann, email)
    assert "That email is not yours to see." in shown
    assert "Bob alone" not in shown
    assert as_ann.post(reverse("web:email-accept", args=[email.pk])).status_code == 404
    assert fresh(email).proposed_activity == secret


def test_a_sure_link_says_by_what(world: World, as_ann: Client) -> None:
    email = stored_email(
        world.ann_user,
        correlated_activity=world.received,
        correlation_method=CorrelationMethod.TRACKING_TOKEN,
        correlation_state=CorrelationState.SURE,
    )
    shown = page(as_ann, email)
    assert "Tracking token" in shown
    assert '<span class="state good">Sure</span>' in shown


def choose(client: Client, email: Email, choice: str, **more: str) -> str:
    """Press a row of the page; what the person reads then."""
    address = reverse("web:email-regarding", args=[email.pk])
    posted = {"choice": choice, "seen": mark(fresh(email)), **more}
    return client.post(address, posted, follow=True).content.decode()


def regarded(email: Email) -> tuple[object, object, object]:
    stored = fresh(email)
    return stored.regarding_account, stored.regarding_contact, stored.regarding_lead


def test_a_record_is_found_pressed_and_shown(world: World, as_ann: Client) -> None:
    address = reverse("web:email-regarding", args=[world.received.pk])
    found = as_ann.get(address, {"q": "customer"}).content.decode()
    for record in (world.account, world.contact):
        assert f'value="{type(record).__name__.lower()} {record.pk}"' in found
    choose(as_ann, world.received, f"account {world.account.pk}")
    assert regarded(world.received) == (world.account, None, None)
    assert str(world.lead) in choose(as_ann, world.received, f"lead {world.lead.pk}")
    assert regarded(world.received) == (None, None, world.lead)
    choose(as_ann, world.received, "")
    assert regarded(world.received) == (None, None, None)


def test_an_email_is_found_by_its_subject_and_joined(world: World, as_ann: Client) -> None:
    other = said(world, 0, subject="Lamps of the hall")
    index_all()
    address = reverse("web:email-regarding", args=[world.received.pk])
    found = as_ann.get(address, {"q": "hall"}).content.decode()
    assert f'value="email {other.pk}"' in found
    assert (
        f'value="email {world.received.pk}"'
        not in as_ann.get(address, {"q": "order"}).content.decode()
    )
    shown = choose(as_ann, world.received, f"email {other.pk}")
    assert "By a person" in shown
    assert fresh(world.received).correlated_activity == other
    assert regarded(world.received) == (world.account, None, None)
    choose(as_ann, world.received, "nothing")
    assert fresh(world.received).correlated_activity is None


def test_from_here_on_and_undone(world: World, as_ann: Client) -> None:
    first = said(world, 0)
    second = said(world, 1, first)
    address = reverse("web:email-regarding", args=[first.pk])
    assert 'value="onward"' in as_ann.get(address).content.decode()
    shown = choose(as_ann, first, f"lead {world.lead.pk}", scope="onward")
    assert regarded(second) == (None, None, world.lead)
    change = shown.partition(f"/emails/{first.pk}/undo/")[2].partition("/")[0]
    undo = reverse("web:email-undo", args=[first.pk, change])
    assert "Undone for 2 emails." in as_ann.post(undo, follow=True).content.decode()
    assert regarded(second) == (world.account, None, None)
    assert "undone already" in as_ann.post(undo, follow=True).content.decode()


def test_one_alone_is_asked_for_no_scope(world: World, as_ann: Client) -> None:
    address = reverse("web:email-regarding", args=[world.received.pk])
    assert 'value="onward"' not in as_ann.get(address).content.decode()


def test_who_looked_at_something_else_is_told(world: World, as_ann: Client) -> None:
    shown = choose(as_ann, world.received, f"lead {world.lead.pk}", seen="")
    assert "Somebody changed meanwhile" in shown
    assert regarded(world.received) == (None, None, None)


@pytest.mark.parametrize(
    "choice",
    [
        "user x",
        "contact",
        "contact " + "0" * 32,
        "__class__ 1",
        "email x",
        "email " + "0" * 32,
        "nowhere",
    ],
)
def test_what_is_no_record_changes_nothing(world: World, as_ann: Client, choice: str) -> None:
    address = reverse("web:email-regarding", args=[world.received.pk])
    posted = {"choice": choice, "seen": mark(world.received)}
    assert as_ann.post(address, posted).status_code == 404
    posted = {"choice": "", "seen": mark(world.received), "scope": "all"}
    assert as_ann.post(address, posted).status_code == 404
    assert regarded(world.received) == (None, None, None)


def test_nobody_is_joined_to_what_is_not_theirs_to_see(world: World, as_ann: Client) -> None:
    secret = stored_email(world.bob_user)
    address = reverse("web:email-regarding", args=[world.received.pk])
    posted = {"choice": f"email {secret.pk}", "seen": mark(world.received)}
    assert as_ann.post(address, posted).status_code == 404
