"""Who gets which due work, and that no limit is passed."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.unit.engine.conftest import DEADLINE_SECONDS, KIND

from passerelle.engine.asking import ask
from passerelle.engine.clock import database_now
from passerelle.engine.leases.claiming import claim, is_anyone_waiting, seconds_until_due
from passerelle.engine.leases.fencing import finish
from passerelle.engine.models import Work
from passerelle.engine.pacing import HostLimits
from passerelle.engine.working.workers import discharge, enlist

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("chore")]


def test_the_longest_due_comes_first() -> None:
    now = database_now()
    keys = [uuid4() for _ in range(3)]
    for age, key in enumerate(keys):
        ask(KIND, key, due=now - timedelta(minutes=age))
    leases = claim(enlist(), 2)
    assert [lease.key for lease in leases] == [keys[2], keys[1]]


def test_work_is_leased_once() -> None:
    ask(KIND, uuid4())
    assert len(claim(enlist(), 5)) == 1
    assert claim(enlist(), 5) == []


def test_each_lease_is_a_new_epoch() -> None:
    ask(KIND, uuid4())
    worker = enlist()
    (first,) = claim(worker, 1)
    finish(first, 0)
    (second,) = claim(worker, 1)
    assert second.epoch == first.epoch + 1


def test_a_lease_knows_its_deadline() -> None:
    ask(KIND, uuid4())
    (lease,) = claim(enlist(), 1)
    assert 0 < lease.seconds_left() <= DEADLINE_SECONDS


def test_work_due_later_or_of_an_unknown_kind_is_left() -> None:
    ask(KIND, uuid4(), due=database_now() + timedelta(hours=1))
    ask("from-a-newer-version", uuid4())
    assert claim(enlist(), 5) == []


def test_a_removed_worker_gets_nothing() -> None:
    ask(KIND, uuid4())
    worker = enlist()
    discharge(worker)
    assert claim(worker, 5) == []


def test_a_full_lane_does_not_keep_others_waiting() -> None:
    now = database_now()
    for _ in range(30):
        ask(KIND, uuid4(), lane="slow", lane_limit=2, due=now - timedelta(hours=1))
    ask(KIND, uuid4(), lane="free", lane_limit=2)
    ask(KIND, uuid4())
    claim(enlist(), 4)
    held = Counter(Work.objects.filter(worker__isnull=False).values_list("lane", flat=True))
    assert held == {"slow": 2, "free": 1, "": 1}


def test_limits_count_the_leases_of_all_workers() -> None:
    for _ in range(5):
        ask(KIND, uuid4(), lane="slow", lane_limit=3)
    assert len(claim(enlist(), 2)) == 2
    assert len(claim(enlist(), 2)) == 1
    assert claim(enlist(), 2) == []


def test_a_host_is_limited_over_all_lanes() -> None:
    for lane in "abcd":
        ask(KIND, uuid4(), lane=lane, host="mail.example")
    ask(KIND, uuid4(), lane="e", host="mx.example")
    leases = claim(enlist(), 5, limits=HostLimits(connections=2))
    assert len(leases) == 3


def test_room_comes_back_when_work_ends() -> None:
    for _ in range(2):
        ask(KIND, uuid4(), lane="narrow", lane_limit=1)
    worker = enlist()
    (lease,) = claim(worker, 2)
    finish(lease, None)
    assert len(claim(worker, 2)) == 1


@pytest.mark.parametrize(
    ("minutes", "low", "high"),
    [
        pytest.param(-1, 0, 0, id="due-already"),
        pytest.param(0.5, 20, 30, id="due-within-the-bound"),
        pytest.param(60, 40, 40, id="bounded"),
    ],
)
def test_seconds_until_due(minutes: float, low: float, high: float) -> None:
    ask(KIND, uuid4(), due=database_now() + timedelta(minutes=minutes))
    assert low <= seconds_until_due(40) <= high


def test_nothing_due_waits_the_bound() -> None:
    assert seconds_until_due(40) == 40


@pytest.mark.parametrize(
    ("lane", "host", "age", "expected"),
    [
        pytest.param("a", "x", 0, True, id="in-its-lane"),
        pytest.param("b", "h", 0, True, id="at-its-host"),
        pytest.param("b", "x", 0, False, id="elsewhere-a-thread-will-take-it"),
        pytest.param("b", "x", 5, True, id="elsewhere-and-no-thread-took-it"),
        pytest.param("a", "h", -60, False, id="not-due-yet"),
    ],
)
def test_whether_anyone_waits_for_its_place(lane: str, host: str, age: int, expected: bool) -> None:
    ask(KIND, uuid4(), lane="a", host="h")
    (lease,) = claim(enlist(), 1)
    assert not is_anyone_waiting(lease)
    ask(KIND, uuid4(), lane=lane, host=host, due=database_now() - timedelta(seconds=age))
    assert is_anyone_waiting(lease) == expected


def test_work_without_lane_and_host_waits_for_no_other_of_that_kind() -> None:
    ask(KIND, uuid4())
    (lease,) = claim(enlist(), 1)
    ask(KIND, uuid4())
    assert not is_anyone_waiting(lease)
