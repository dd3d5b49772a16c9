"""The desk of a queue in the browser: picking, giving on, finishing, and who may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.crm.models import QueueItem, SystemUser
from passerelle.crm.models.mail.queue_items import QueueItemState
from passerelle.crm.queue_items import pick
from passerelle.mailboxes.services import create_queue_with_mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def item(world: World) -> QueueItem:
    """The received email waits in Support, where Ann works and Bob does not."""
    entered = timezone.now() - timedelta(days=3)
    return QueueItem.objects.create(queue=world.queue, email=world.received, entered_on=entered)


def step(item: QueueItem, name: str) -> str:
    return f"/desk/items/{item.pk}/{name}/"


def worker(item: QueueItem) -> SystemUser | None:
    item.refresh_from_db()
    return item.worker


def state(item: QueueItem) -> int:
    item.refresh_from_db()
    return item.statecode


def test_the_next_item_is_picked_and_opened(world: World, as_ann: Client, item: QueueItem) -> None:
    assert "Support" in as_ann.get("/desk/").content.decode()
    page = as_ann.get(f"/desk/{world.queue.pk}/").content.decode()
    assert f"/emails/{world.received.pk}/" in page
    answer = as_ann.post(f"/desk/{world.queue.pk}/next/")
    assert answer["Location"] == f"/emails/{world.received.pk}/"
    assert worker(item) == world.ann_user
    nothing = as_ann.post(f"/desk/{world.queue.pk}/next/", follow=True).content.decode()
    assert "Nothing waits in this queue." in nothing


def test_steps_lead_back_to_where_they_were_taken(
    world: World, as_ann: Client, item: QueueItem
) -> None:
    assert step(item, "pick") in as_ann.get(f"/emails/{world.received.pk}/").content.decode()
    answer = as_ann.post(step(item, "pick"), {"back": "email"})
    assert answer["Location"] == f"/emails/{world.received.pk}/"
    assert "works on it" in as_ann.get(answer["Location"]).content.decode()
    answer = as_ann.post(step(item, "finish"))
    assert answer["Location"] == f"/desk/{world.queue.pk}/"
    assert state(item) == QueueItemState.INACTIVE
    as_ann.post(step(item, "reopen"))
    assert (state(item), worker(item)) == (QueueItemState.ACTIVE, None)


def test_who_comes_second_reads_who_has_it(world: World, as_ann: Client, item: QueueItem) -> None:
    world.queue.members.add(world.bob_user)
    pick(item, world.bob_user)
    page = as_ann.post(step(item, "pick"), follow=True).content.decode()
    assert "Bob Example works on it." in page


def test_answering_picks(world: World, as_ann: Client, item: QueueItem) -> None:
    as_ann.post(f"/emails/{world.received.pk}/reply/")
    assert worker(item) == world.ann_user


@pytest.mark.parametrize("address", ["", "next/", "finish/"])
def test_the_desk_of_others_is_not_there(
    world: World, as_bob: Client, item: QueueItem, address: str
) -> None:
    method = as_bob.post if address else as_bob.get
    assert method(f"/desk/{world.queue.pk}/{address}").status_code == 404


@pytest.mark.parametrize("name", ["pick", "release", "finish", "reopen", "route", "nonsense"])
def test_nor_are_its_items(as_bob: Client, item: QueueItem, name: str) -> None:
    assert as_bob.post(step(item, name)).status_code == 404


def test_an_administrator_who_is_no_member_routes_and_picks_nothing(
    world: World, as_administrator: Client, item: QueueItem
) -> None:
    page = as_administrator.get(f"/emails/{world.received.pk}/").content.decode()
    assert step(item, "pick") not in page
    assert step(item, "route") in page
    assert as_administrator.post(step(item, "pick")).status_code == 404
    sales = create_queue_with_mailbox("Sales", "sales@company.example")
    as_administrator.post(step(item, "route"), {"queue": str(sales.pk)})
    assert QueueItem.objects.get(queue=sales).email == world.received
    assert state(item) == QueueItemState.INACTIVE


@pytest.mark.parametrize("chosen", [{}, {"queue": "x"}, {"colleague": "0" * 32}])
def test_without_a_goal_nothing_is_given_on(
    as_ann: Client, item: QueueItem, chosen: dict[str, str]
) -> None:
    assert as_ann.post(step(item, "route"), chosen).status_code == 422
    assert state(item) == QueueItemState.ACTIVE


def test_a_colleague_is_given_it(world: World, as_ann: Client, item: QueueItem) -> None:
    world.queue.members.add(world.bob_user)
    as_ann.post(step(item, "route"), {"colleague": str(world.bob_user.pk)})
    assert worker(item) == world.bob_user


def test_what_is_old_is_finished_together(world: World, as_ann: Client, item: QueueItem) -> None:
    address = f"/desk/{world.queue.pk}/finish/"
    assert as_ann.post(address, {"day": "not a day"}).status_code == 422
    as_ann.post(address, {"day": f"{timezone.localdate() - timedelta(days=10)}"})
    assert state(item) == QueueItemState.ACTIVE
    as_ann.post(address, {"day": f"{timezone.localdate()}"})
    assert state(item) == QueueItemState.INACTIVE
