"""Asking brings work forward, never delays it, and is never lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine.asking import Asked, ask, ask_many, rest, state_of
from passerelle.engine.clock import database_now
from passerelle.engine.leases.claiming import claim
from passerelle.engine.leases.fencing import finish
from passerelle.engine.models import Work
from passerelle.engine.working.workers import discharge, enlist

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KEY = uuid4()
HOUR = timedelta(hours=1)


def test_asked_work_is_due_now() -> None:
    ask(KIND, KEY)
    due = state_of(KIND, [KEY])[KEY].due_on
    assert due is not None
    assert due <= database_now()


def test_asking_brings_forward() -> None:
    soon = database_now() + HOUR
    ask(KIND, KEY, due=soon + HOUR)
    ask(KIND, KEY, due=soon)
    assert state_of(KIND, [KEY])[KEY].due_on == soon


def test_asking_never_delays() -> None:
    soon = database_now() + HOUR
    ask(KIND, KEY, due=soon)
    ask(KIND, KEY, due=soon + HOUR)
    assert state_of(KIND, [KEY])[KEY].due_on == soon


def test_resting_work_is_not_due_until_asked() -> None:
    ask(KIND, KEY)
    rest(KIND, KEY)
    assert state_of(KIND, [KEY])[KEY].due_on is None
    ask(KIND, KEY)
    assert state_of(KIND, [KEY])[KEY].due_on is not None


def test_work_never_asked_for_has_no_state() -> None:
    assert state_of(KIND, [uuid4()]) == {}


@pytest.mark.parametrize(
    "after", [pytest.param(3600.0, id="due-later-anyway"), pytest.param(None, id="would-rest")]
)
def test_asked_while_running_is_due_right_after(after: float | None, chore: Chore) -> None:
    ask(KIND, KEY)
    (lease,) = claim(enlist(), 1)
    ask(KIND, KEY)
    assert state_of(KIND, [KEY])[KEY].running
    finish(lease, after)
    state = state_of(KIND, [KEY])[KEY]
    assert state.due_on is not None
    assert state.due_on <= database_now()
    assert not state.running


def test_asked_while_running_for_later_does_not_delay_the_next_turn(chore: Chore) -> None:
    ask(KIND, KEY)
    (lease,) = claim(enlist(), 1)
    later = database_now() + HOUR
    ask(KIND, KEY, due=later)
    finish(lease, 60)
    due = state_of(KIND, [KEY])[KEY].due_on
    assert due is not None
    assert due < later


def test_a_wish_outlives_the_worker_that_it_had_to_wait_for(chore: Chore) -> None:
    ask(KIND, KEY)
    worker = enlist()
    claim(worker, 1)
    rest(KIND, KEY)
    ask(KIND, KEY)
    discharge(worker)
    assert len(claim(enlist(), 1)) == 1


def test_an_empty_lane_leaves_what_stands() -> None:
    ask(KIND, KEY, lane="profile", lane_limit=3, host="mail.example")
    ask(KIND, KEY)
    work = Work.objects.get()
    assert (work.lane, work.lane_limit, work.host) == ("profile", 3, "mail.example")


def test_a_new_lane_replaces_the_old_one() -> None:
    ask(KIND, KEY, lane="profile", lane_limit=3, host="mail.example")
    ask(KIND, KEY, lane="other", lane_limit=5, host="mx.example")
    work = Work.objects.get()
    assert (work.lane, work.lane_limit, work.host) == ("other", 5, "mx.example")


def test_many_are_asked_in_few_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        ask_many(KIND, [Asked(uuid4(), lane="a") for _ in range(200)])
    assert Work.objects.count() == 200
    assert len(queries) < 10  # SQLite inserts about 70 rows in a statement
