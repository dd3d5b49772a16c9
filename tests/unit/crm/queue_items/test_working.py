"""Items of a queue: waiting, picked, given, routed, finished; of two people one has it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import Email, Queue, QueueItem, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.crm.models.mail.queue_items import QueueItemState
from passerelle.crm.models.people import Role, State
from passerelle.crm.queue_items import (
    Show,
    desks_of,
    finish,
    finish_before,
    give,
    items_of,
    pick,
    pick_by_answering,
    pick_next,
    release,
    reopen,
    route,
)
from passerelle.crm.readers import grant
from passerelle.crm.services import create_queue, create_sign_in, create_user, visible_emails
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def ann() -> SystemUser:
    return create_user("Ann", "ann@example.com")


@pytest.fixture
def bob() -> SystemUser:
    return create_user("Bob", "bob@example.com")


@pytest.fixture
def support(ann: SystemUser, bob: SystemUser) -> Queue:
    return create_queue("Support", "support@example.com", members=[ann, bob])


@pytest.fixture
def account(ann: SystemUser) -> SignInAccount:
    return create_sign_in("ann", Role.USER, systemuser=ann)


def item(queue: Queue, minutes: int = 0) -> QueueItem:
    email = Email.objects.create(
        subject=f"Question {minutes}",
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.RECEIVED,
        created_on=NINE,
        identity=new_guid().bytes,
    )
    entered = NINE + timedelta(minutes=minutes)
    stored = QueueItem.objects.create(queue=queue, email=email, entered_on=entered)
    grant([email.pk])
    return stored


def stored(one: QueueItem) -> tuple[SystemUser | None, int]:
    one.refresh_from_db()
    return one.worker, one.statecode


ACTIVE, INACTIVE = QueueItemState.ACTIVE, QueueItemState.INACTIVE


def test_a_picked_item_is_one_persons_and_the_second_is_told_whose(
    support: Queue, ann: SystemUser, bob: SystemUser
) -> None:
    one = item(support)
    pick(one, ann)
    with pytest.raises(ValidationError, match="Ann works on it"):
        pick(one, bob)
    assert stored(one) == (ann, ACTIVE)


def test_the_next_item_is_what_waits_longest(
    support: Queue, ann: SystemUser, bob: SystemUser
) -> None:
    later, first, between = (item(support, minutes) for minutes in (20, 0, 10))
    assert pick_next(support, ann) == first
    assert pick_next(support, bob) == between
    assert pick_next(support, ann) == later
    assert pick_next(support, bob) is None


def test_a_released_item_waits_again(support: Queue, ann: SystemUser, bob: SystemUser) -> None:
    one = item(support)
    pick(one, ann)
    release(one)
    pick(one, bob)
    assert stored(one) == (bob, ACTIVE)


def test_a_member_may_be_given_it_and_nobody_else(
    support: Queue, ann: SystemUser, bob: SystemUser
) -> None:
    one, stranger = item(support), create_user("Carl", "carl@example.com")
    pick(one, ann)
    give(one, bob)
    with pytest.raises(ValidationError, match="Carl is no member of Support"):
        give(one, stranger)
    assert stored(one) == (bob, ACTIVE)


def test_routed_it_is_finished_here_waits_there_and_stays_seen_by_both(
    support: Queue, ann: SystemUser, account: SignInAccount
) -> None:
    carl = create_user("Carl", "carl@example.com")
    sales = create_queue("Sales", "sales@example.com", members=[carl])
    one = item(support)
    pick(one, ann)
    route(one, sales)
    assert stored(one) == (ann, INACTIVE)
    there = QueueItem.objects.get(queue=sales)
    assert (there.email, there.worker, there.statecode) == (one.email, None, ACTIVE)
    assert one.email in visible_emails(account)
    assert one.email in visible_emails(create_sign_in("carl", Role.USER, systemuser=carl))


def test_routed_back_the_item_that_was_there_waits_again(support: Queue, ann: SystemUser) -> None:
    sales = create_queue("Sales", "sales@example.com", members=[ann])
    one = item(support)
    pick(one, ann)
    route(one, sales)
    route(QueueItem.objects.get(queue=sales), support)
    assert stored(one) == (None, ACTIVE)
    assert QueueItem.objects.count() == 2


def test_it_is_not_routed_to_where_it_is(support: Queue) -> None:
    one = item(support)
    with pytest.raises(ValidationError, match="in this queue"):
        route(one, support)
    assert stored(one) == (None, ACTIVE)


@pytest.mark.parametrize("step", [release, finish], ids=["release", "finish"])
def test_a_finished_item_is_only_reopened(support: Queue, ann: SystemUser, step: object) -> None:
    one = item(support)
    finish(one)
    with pytest.raises(ValidationError, match="finished"):
        step(one)  # type: ignore[operator]
    with pytest.raises(ValidationError, match="finished"):
        pick(one, ann)
    reopen(one)
    with pytest.raises(ValidationError, match="active"):
        reopen(one)
    pick(one, ann)


def test_answering_picks_what_waits_in_ones_own_queues(support: Queue, ann: SystemUser) -> None:
    others = create_queue("Others", "others@example.com")
    one = item(support)
    there = QueueItem.objects.create(queue=others, email=one.email, entered_on=NINE)
    pick_by_answering(one.email, ann)
    assert (stored(one)[0], stored(there)[0]) == (ann, None)


def test_answering_takes_nothing_from_a_colleague(
    support: Queue, ann: SystemUser, bob: SystemUser
) -> None:
    one = item(support)
    pick(one, bob)
    pick_by_answering(one.email, ann)
    assert stored(one) == (bob, ACTIVE)


def test_what_is_old_is_finished_at_once_but_what_somebody_works_on(
    support: Queue, ann: SystemUser
) -> None:
    old, taken, fresh = item(support, 0), item(support, 1), item(support, 60)
    pick(taken, ann)
    assert finish_before(support, NINE + timedelta(minutes=30)) == 1
    assert [stored(one)[1] for one in (old, taken, fresh)] == [INACTIVE, ACTIVE, ACTIVE]


def test_each_state_is_shown_apart(support: Queue, bob: SystemUser, account: SignInAccount) -> None:
    waiting, mine, his, done = (item(support, minutes) for minutes in range(4))
    assert account.systemuser is not None
    pick(mine, account.systemuser)
    pick(his, bob)
    finish(done)
    shown = {show: set(items_of(support, show, account)) for show in Show}
    assert shown == {
        Show.WAITING: {waiting},
        Show.MINE: {mine},
        Show.TAKEN: {mine, his},
        Show.DONE: {done},
    }


def test_who_has_no_user_has_nothing_of_their_own(support: Queue) -> None:
    item(support)
    administrator = create_sign_in("root", Role.ADMINISTRATOR)
    assert not items_of(support, Show.MINE, administrator).exists()


def test_desks_are_ones_own_queues_with_what_waits_in_one_query(
    support: Queue, ann: SystemUser, account: SignInAccount
) -> None:
    create_queue("Others", "others@example.com")
    closed = create_queue("Closed", members=[ann])
    Queue.objects.filter(pk=closed.pk).update(statecode=State.INACTIVE)
    create_queue("Empty", members=[ann])
    for minutes in (5, 3):
        item(support, minutes)
    with CaptureQueriesContext(connection) as queries:
        desks = desks_of(account)
    assert [(desk.queue.name, desk.waiting, desk.oldest) for desk in desks] == [
        ("Empty", 0, None),
        ("Support", 2, NINE + timedelta(minutes=3)),
    ]
    assert len(queries) == 1
