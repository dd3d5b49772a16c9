"""A bulk action killed at each point, in many chunks: the same end, and nothing done twice."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.alerts.models import Alert
from passerelle.engine.models import Work, Worker
from passerelle.engine.services import Killed, Lease, crash_points, run_due
from passerelle.faults.store import DiskFull
from passerelle.mailboxes.bulk import services as bulk
from passerelle.mailboxes.bulk import work
from passerelle.mailboxes.bulk.crash_points import CRASH_POINTS
from passerelle.mailboxes.bulk.services import Change, Selection
from passerelle.mailboxes.choosing.services import Wanted
from passerelle.mailboxes.models import BulkAction, Mailbox
from passerelle.mailboxes.models.bulk import BulkKind, BulkState
from passerelle.mailboxes.models.choices import AccessApproval

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PENDING, APPROVED = AccessApproval.PENDING, AccessApproval.APPROVED
MANY = 7


@pytest.fixture(autouse=True)
def boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven mailboxes in chunks of three; the fourth has no address."""
    monkeypatch.setattr(work, "CHUNK", 3)
    Mailbox.objects.bulk_create(
        Mailbox(
            name=f"Box {number}",
            email_address="" if number == 3 else f"box{number}@example.com",
            approval=PENDING,
            is_forward_mailbox=True,
        )
        for number in range(MANY)
    )


def started() -> BulkAction:
    return bulk.start(Selection(wanted=Wanted()), Change(BulkKind.APPROVE), "root")


def bury() -> None:
    """The killed worker is noticed at once."""
    Work.objects.update(worker=None)
    Worker.objects.all().delete()


@pytest.mark.thorough
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_it_ends_the_same(point: str, nth: int) -> None:
    action = started()
    try:
        with crash_points.kill_at(point, nth):
            run_due(kinds=[bulk.KIND])
    except Killed:
        bury()
    run_due(kinds=[bulk.KIND])
    action.refresh_from_db()
    assert (action.state, action.looked_at, action.done) == (BulkState.DONE, MANY, MANY - 1)
    assert Counter(action.items.values_list("outcome", flat=True)) == {"done": 6, "no-address": 1}
    assert Mailbox.objects.filter(approval=APPROVED).count() == MANY - 1


def test_every_point_is_passed() -> None:
    started()
    with crash_points.passages() as passed:
        run_due(kinds=[bulk.KIND])
    assert set(passed) == set(CRASH_POINTS)


def test_stopped_between_two_chunks() -> None:
    action = started()
    with pytest.raises(Killed), crash_points.kill_at(CRASH_POINTS[1]):
        run_due(kinds=[bulk.KIND])
    bury()
    bulk.stop(action, "root")
    run_due(kinds=[bulk.KIND])
    action.refresh_from_db()
    assert (action.state, action.looked_at) == (BulkState.STOPPED, 3)


def test_the_queries_of_a_chunk_do_not_grow_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for size in (2, MANY):
        monkeypatch.setattr(work, "CHUNK", size)
        Mailbox.objects.update(approval=PENDING)
        started()
        with CaptureQueriesContext(connection) as queries:
            run_due(limit=1, kinds=[bulk.KIND])
        chunks = -(-MANY // size)
        counts.append(sum("mailboxbulkitem" in one["sql"] for one in queries) / (chunks + 1))
    assert counts[1] <= counts[0] + 1


def test_a_fault_is_told_and_tried_again() -> None:
    action = started()
    ours = Work.objects.get(key=action.pk)
    lease = Lease(ours.pk, ours.kind, ours.key, 0, ours.pk, 0, 0.0)
    work.failed(lease, DiskFull(answer="full"))
    action.refresh_from_db()
    assert action.last_code == DiskFull.code
    assert Alert.objects.exists()
    run_due(kinds=[bulk.KIND])
    action.refresh_from_db()
    assert (action.state, action.last_code) == (BulkState.DONE, "")
