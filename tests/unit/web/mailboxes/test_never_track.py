"""The lists of what is never tracked on their pages: added, refused, removed, each to its owner."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.mailboxes.models import NeverTrackRule
from passerelle.mailboxes.services import add_never_rule, never_rules
from passerelle.tracking import NeverKind, NeverRule

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORM = {"what": "domain", "value": "news.example", "spares_answers": "on"}


@pytest.mark.parametrize(
    ("what", "value", "kept"),
    [
        ("domain", "News.example", ("domain", "news.example")),
        ("list=", "", ("list", "")),
        ("sensitivity=private", "", ("sensitivity", "private")),
        ("subject", "[Personnel]", ("subject", "[Personnel]")),
    ],
)
def test_what_is_chosen_is_kept(
    world: World, as_administrator: Client, what: str, value: str, kept: tuple[str, str]
) -> None:
    address = reverse("web:tracking-never")
    assert as_administrator.post(address, {"what": what, "value": value}).status_code == 302
    [row] = never_rules(None)
    assert (row.kind, row.value, row.spares_answers) == (*kept, False)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        pytest.param("automatic=", "x", id="a-value-where-none-belongs"),
        pytest.param("list", "", id="one-list-without-its-name"),
        pytest.param("domain", "example", id="no-domain"),
        pytest.param("moon", "x", id="an-unknown-kind"),
        pytest.param("sensitivity=secret", "", id="an-unknown-mark"),
    ],
)
def test_what_is_no_rule_is_refused(
    world: World, as_administrator: Client, what: str, value: str
) -> None:
    answer = as_administrator.post(reverse("web:tracking-never"), {"what": what, "value": value})
    assert answer.status_code == 422
    assert not NeverTrackRule.objects.exists()


def test_an_administrator_keeps_the_lists_of_users_and_queues(
    world: World, as_administrator: Client
) -> None:
    user, queue = world.ann_user, world.queue
    as_administrator.post(reverse("web:user-never-track", args=[user.pk]), FORM)
    as_administrator.post(reverse("web:queue-never-track", args=[queue.pk]), FORM)
    assert (never_rules(user).count(), never_rules(queue).count()) == (1, 1)
    assert not never_rules(None).exists()
    page = as_administrator.get(reverse("web:user-never-track", args=[user.pk])).content.decode()
    assert "Its sender is at news.example" in page


def test_a_person_keeps_their_own_list_and_no_other(world: World, as_ann: Client) -> None:
    own = reverse("web:my-never-track")
    as_ann.post(own, FORM)
    [row] = never_rules(world.ann_user)
    others = add_never_rule(world.queue, NeverRule(NeverKind.LIST), by="zoe")
    as_ann.post(own, {"remove": str(others.pk)})
    as_ann.post(own, {"remove": "no key"})
    assert never_rules(world.queue).exists()
    as_ann.post(own, {"remove": str(row.pk)})
    assert not never_rules(world.ann_user).exists()


def test_the_page_says_when_answers_are_spared(world: World, as_administrator: Client) -> None:
    spared = "What answers tracked email is tracked all the same."
    address = reverse("web:tracking-never")
    as_administrator.post(address, FORM)
    assert spared not in as_administrator.get(address).content.decode()
    as_administrator.post(address, {"what": "list=", "spares_answers": "on"})
    assert spared in as_administrator.get(address).content.decode()
