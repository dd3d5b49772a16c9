"""A conversation: all of it, in its order, as far as the reader may see it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationState
from passerelle.crm.services import conversation_of
from passerelle.crm.threads import conversation
from passerelle.crm.threads.chains import MOST_HALVES

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
        with django_assert_num_queries(4):
            said = conversation_of(world.ann, email).emails
        assert [one.subject for one in said] == ["0", "2", "5", "9"]
    assert said[0].beginning == "The text of the order."


def test_an_answer_of_the_same_second_stands_behind(world: World) -> None:
    """Also where its mailbox was read first."""
    first = say(world, 0, None)
    second = say(world, 1, first)
    when = first.sent_on.replace(microsecond=0)  # type: ignore[union-attr]
    Email.objects.filter(pk__in=[first.pk, second.pk]).update(sent_on=when)
    Email.objects.filter(pk=first.pk).update(created_on=second.created_on + timedelta(hours=1))
    assert [one.key for one in conversation_of(world.ann, first).emails] == [first.pk, second.pk]


def test_a_stranger_sees_nothing_and_an_administrator_no_text(world: World) -> None:
    first = say(world, 0, None)
    say(world, 1, first)
    assert conversation_of(world.bob, first).emails == ()
    said = conversation_of(world.administrator, first).emails
    assert [one.subject for one in said] == ["0", "1"]
    assert {one.beginning for one in said} == {""}


def test_one_alone_is_no_conversation(world: World) -> None:
    assert conversation_of(world.ann, world.received).emails == ()


def test_a_circle_ends(world: World) -> None:
    first = say(world, 0, None)
    second = say(world, 1, first)
    Email.objects.filter(pk=first.pk).update(correlated_activity=second)
    assert conversation_of(world.ann, Email.objects.get(pk=first.pk)).emails == ()


LOST = "<lost@customer.example>"


def subjects(world: World, email: Email) -> list[str]:
    return [one.subject for one in conversation_of(world.ann, email).emails]


def test_two_that_answer_an_email_which_is_not_here_are_one_conversation(
    world: World, as_ann: Client
) -> None:
    first = say(world, 0, None, in_reply_to=LOST)
    second = say(world, 3, None, in_reply_to=LOST)
    third = say(world, 4, second, in_reply_to=second.message_id)
    for email in (first, second, third):
        assert subjects(world, email) == ["0", "3", "4"]
    shown = conversation_of(world.ann, third).emails
    assert [one.answers_missing for one in shown] == [True, False, False]
    page = as_ann.get(reverse("web:email", args=[third.pk])).content.decode()
    assert page.count("An email that is not here") == 1


def test_an_email_that_is_here_is_not_called_missing(world: World) -> None:
    lost = say(world, 0, None, message_id=LOST)
    first = say(world, 1, None, in_reply_to=LOST)
    say(world, 2, first)
    shown = conversation_of(world.ann, first).emails
    assert not any(one.answers_missing for one in shown)
    assert subjects(world, lost) == []


def test_what_very_much_names_holds_nothing_together(world: World) -> None:
    emails = [say(world, minute, None, in_reply_to=LOST) for minute in range(MOST_HALVES + 1)]
    assert subjects(world, emails[0]) == []


def test_what_is_only_proposed_says_so(world: World, as_ann: Client) -> None:
    first = say(world, 0, None)
    say(
        world,
        1,
        None,
        proposed_activity=first,
        correlation_state=CorrelationState.PROPOSED,
        correlation_doubt=CorrelationDoubt.FORWARD,
    )
    shown = conversation_of(world.ann, first).emails
    assert [one.doubt for one in shown] == ["", "It forwards that email."]
    page = as_ann.get(reverse("web:email", args=[first.pk])).content.decode()
    assert "Proposed" in page


def test_of_very_many_those_around_the_one_are_shown(
    world: World, as_ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "SHOWN", 4)
    first = say(world, 0, None)
    emails = [first, *(say(world, minute, first) for minute in range(1, 10))]
    found = [conversation_of(world.ann, emails[at]) for at in (0, 5, 9)]
    assert [[one.subject for one in each.emails] for each in found] == [
        ["0", "1", "2", "3"],
        ["3", "4", "5", "6"],
        ["6", "7", "8", "9"],
    ]
    assert [(each.earlier, each.later) for each in found] == [(0, 6), (3, 3), (6, 0)]
    page = as_ann.get(reverse("web:email", args=[emails[5].pk])).content.decode()
    assert "3 earlier emails" in page
    assert "3 later emails" in page
