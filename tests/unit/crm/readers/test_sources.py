"""By which records somebody may read an email."""

from collections.abc import Callable

import pytest
from tests.unit.crm.readers.conftest import NINE, Store

from passerelle.crm.models import ActivityParty, Email, Queue, QueueItem, SystemUser
from passerelle.crm.readers.sources import readers_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def party(email: Email, **record: object) -> None:
    ActivityParty.objects.create(email=email, participation=2, address_used="x", **record)


def item(email: Email, queue: Queue) -> None:
    QueueItem.objects.create(queue=queue, email=email, entered_on=NINE)


@pytest.mark.parametrize(
    ("columns", "record"),
    [
        pytest.param(lambda anna, _: {"owner": anna}, None, id="the-owner"),
        pytest.param(lambda anna, _: {"accepting_user": anna}, None, id="who-accepted-it"),
        pytest.param(
            lambda *_: {}, lambda email, anna, _: party(email, systemuser=anna), id="a-party"
        ),
    ],
)
def test_a_user_reads_as(
    anna: SystemUser,
    orders: Queue,
    store: Store,
    columns: Callable[[SystemUser, Queue], dict[str, object]],
    record: Callable[[Email, SystemUser, Queue], None] | None,
) -> None:
    email = store(**columns(anna, orders))
    if record is not None:
        record(email, anna, orders)
    assert list(readers_of([email.pk])) == [(anna.pk, email.pk, NINE)]


@pytest.mark.parametrize(
    ("columns", "record"),
    [
        pytest.param(
            lambda orders: {"accepting_queue": orders}, None, id="the-queue-that-accepted-it"
        ),
        pytest.param(
            lambda _: {}, lambda email, orders: party(email, queue=orders), id="a-queue-as-a-party"
        ),
        pytest.param(lambda _: {}, item, id="the-queue-in-which-it-lies"),
    ],
)
def test_a_queue_reads_as(
    orders: Queue,
    store: Store,
    columns: Callable[[Queue], dict[str, object]],
    record: Callable[[Email, Queue], None] | None,
) -> None:
    email = store(**columns(orders))
    if record is not None:
        record(email, orders)
    assert list(readers_of([email.pk])) == [(orders.pk, email.pk, NINE)]


def test_who_reads_for_many_reasons_stands_once_and_others_not_at_all(
    anna: SystemUser, orders: Queue, store: Store
) -> None:
    email, _stranger = store(owner=anna, accepting_user=anna), store()
    for _ in range(2):
        party(email, systemuser=anna)
    item(email, orders)
    found = readers_of([one.pk for one in Email.objects.all()])
    assert set(found) == {(anna.pk, email.pk, NINE), (orders.pk, email.pk, NINE)}
    assert len(found) == 2
