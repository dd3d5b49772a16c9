"""A conversation: all of it, in its order, as far as the reader may see it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import Email
from passerelle.crm.services import conversation_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def say(world: World, minute: int, answers: Email | None, **fields: object) -> Email:
    when = timezone.now() - timedelta(hours=1) + timedelta(minutes=minute)
    return stored_email(
        world.ann_user, subject=f"{minute}", correlated_activity=answers, sent_on=when, **fields
    )


def test_from_any_of_its_emails_the_whole_is_seen_in_order(
    world: World,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = say(world, 0, None)
    second = say(world, 5, first)
    third = say(world, 9, second)
    aside = say(world, 2, first)
    for email in (first, second, third, aside):
        with django_assert_num_queries(3):
            said = conversation_of(world.ann, email)
        assert [one.subject for one in said] == ["0", "2", "5", "9"]
    assert said[0].beginning == "The text of the order."


def test_a_stranger_sees_nothing_and_an_administrator_no_text(world: World) -> None:
    first = say(world, 0, None)
    say(world, 1, first)
    assert conversation_of(world.bob, first) == []
    said = conversation_of(world.administrator, first)
    assert [one.subject for one in said] == ["0", "1"]
    assert {one.beginning for one in said} == {""}


def test_one_alone_is_no_conversation(world: World) -> None:
    assert conversation_of(world.ann, world.received) == []


def test_a_circle_ends(world: World) -> None:
    first = say(world, 0, None)
    second = say(world, 1, first)
    Email.objects.filter(pk=first.pk).update(correlated_activity=second)
    assert conversation_of(world.ann, Email.objects.get(pk=first.pk)) == []
