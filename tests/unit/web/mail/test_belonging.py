"""The page of an email says what it is joined to, how sure that is, and takes a person's word."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.crm.threads.test_proposals import fresh, proposed
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import Email
from passerelle.crm.models.emails import CorrelationMethod, CorrelationState

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
