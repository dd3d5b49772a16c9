"""What answers what, up to the first."""

import pytest
from tests.unit.web.conftest import World, stored_email

from passerelle.crm.models import Email
from passerelle.crm.threads.chains import conversation_keys, is_below, keys_below, roots_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_an_answer_is_below_all_that_it_goes_back_to(world: World) -> None:
    first = stored_email(world.ann_user)
    second = stored_email(world.ann_user, correlated_activity=first)
    third = stored_email(world.ann_user, correlated_activity=second)
    aside = stored_email(world.ann_user, correlated_activity=first)
    assert all(is_below(third.pk, one.pk) for one in (first, second, third))
    assert not any(is_below(one.pk, third.pk) for one in (first, second, aside))


def test_below_one_is_what_answers_it_and_a_conversation_is_all(world: World) -> None:
    first = stored_email(world.ann_user)
    second = stored_email(world.ann_user, correlated_activity=first)
    aside = stored_email(world.ann_user, correlated_activity=first)
    third = stored_email(world.ann_user, correlated_activity=second)
    assert set(keys_below([second.pk])) == {second.pk, third.pk}
    assert set(conversation_keys(third)) == {one.pk for one in (first, second, aside, third)}


def test_the_first_of_each_conversation_is_found_at_once(world: World) -> None:
    first = stored_email(world.ann_user)
    second = stored_email(world.ann_user, correlated_activity=first)
    third = stored_email(world.ann_user, correlated_activity=second)
    alone = stored_email(world.ann_user)
    assert roots_of([third.pk, first.pk, alone.pk]) == {
        third.pk: first.pk,
        first.pk: first.pk,
        alone.pk: alone.pk,
    }
    assert roots_of([]) == {}


def test_a_circle_ends(world: World) -> None:
    first = stored_email(world.ann_user)
    second = stored_email(world.ann_user, correlated_activity=first)
    Email.objects.filter(pk=first.pk).update(correlated_activity=second)
    assert is_below(first.pk, second.pk)
    assert not is_below(first.pk, world.received.pk)
    assert set(roots_of([first.pk])) == {first.pk}
