"""Aliases on their pages: added by an administrator, asked by a person, approved, removed."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm import services as crm
from passerelle.crm.models import EmailAlias

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ALIAS = {"address": "a.example@company.example"}


def test_an_administrator_adds_aliases_of_users_and_queues(
    world: World, as_administrator: Client
) -> None:
    user = reverse("web:user-aliases", args=[world.ann_user.pk])
    assert as_administrator.post(user, ALIAS).status_code == 302
    queue = reverse("web:queue-aliases", args=[world.queue.pk])
    assert as_administrator.post(queue, {"address": "help@company.example"}).status_code == 302
    assert crm.aliases_of(world.ann_user).get().is_approved
    assert crm.aliases_of(world.queue).get().address == "help@company.example"
    assert "a.example@company.example" in as_administrator.get(user).content.decode()


@pytest.mark.parametrize(
    "address", ["", "nobody", "bob@company.example", "support@company.example"]
)
def test_what_cannot_be_an_alias_is_refused_on_the_page(
    world: World, as_administrator: Client, address: str
) -> None:
    page = reverse("web:user-aliases", args=[world.ann_user.pk])
    answer = as_administrator.post(page, {"address": address})
    assert answer.status_code == 422
    assert not EmailAlias.objects.exists()


def test_a_person_asks_and_an_administrator_approves(
    world: World, as_ann: Client, as_administrator: Client
) -> None:
    as_ann.post(reverse("web:my-aliases"), ALIAS)
    alias = crm.aliases_of(world.ann_user).get()
    assert not alias.is_approved
    assert "Waits for approval" in as_ann.get(reverse("web:my-aliases")).content.decode()
    waiting = reverse("web:aliases-waiting")
    assert waiting in as_administrator.get(reverse("web:home")).content.decode()
    assert alias.address in as_administrator.get(waiting).content.decode()
    as_administrator.post(waiting, {"approve": str(alias.pk)})
    assert crm.aliases_of(world.ann_user).get().is_approved
    assert waiting not in as_administrator.get(reverse("web:home")).content.decode()


def test_nobody_approves_their_own(world: World, as_ann: Client) -> None:
    alias = crm.ask_alias(world.ann_user, ALIAS["address"], "ann")
    for page in ("web:my-aliases", "web:aliases-waiting"):
        as_ann.post(reverse(page), {"approve": str(alias.pk)})
    alias.refresh_from_db()
    assert not alias.is_approved


def test_a_person_removes_their_own_and_no_other(world: World, as_ann: Client) -> None:
    own = crm.add_alias(world.ann_user, "x1@company.example", "admin")
    others = crm.add_alias(world.queue, "x2@company.example", "admin")
    page = reverse("web:my-aliases")
    for key in (str(others.pk), "no key", "", str(own.pk)):
        as_ann.post(page, {"remove": key})
    assert list(EmailAlias.objects.all()) == [others]


def test_an_administrator_removes_what_was_asked_and_what_was_not(
    world: World, as_administrator: Client
) -> None:
    asked = crm.ask_alias(world.ann_user, ALIAS["address"], "ann")
    added = crm.add_alias(world.queue, "help@company.example", "admin")
    waiting = reverse("web:aliases-waiting")
    as_administrator.post(waiting, {"remove": str(added.pk)})  # it does not wait
    as_administrator.post(waiting, {"remove": str(asked.pk)})
    assert list(EmailAlias.objects.all()) == [added]
    page = reverse("web:queue-aliases", args=[world.queue.pk])
    as_administrator.post(page, {"remove": str(added.pk)})
    assert not EmailAlias.objects.exists()
