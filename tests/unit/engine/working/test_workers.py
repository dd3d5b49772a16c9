"""Heartbeats, and what becomes of a dead worker's leases."""

from uuid import UUID, uuid4

import pytest
from tests.unit.engine.conftest import KIND

from passerelle.engine.asking import ask, state_of
from passerelle.engine.clock import in_seconds
from passerelle.engine.leases.claiming import claim
from passerelle.engine.models import Worker
from passerelle.engine.working.workers import beat, discharge, enlist, remove_dead

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("chore")]
KEY = uuid4()


def grow_silent(worker: UUID, seconds: float) -> None:
    Worker.objects.filter(pk=worker).update(heartbeat_on=in_seconds(-seconds))


def test_a_silent_worker_loses_its_leases() -> None:
    ask(KIND, KEY)
    worker = enlist()
    claim(worker, 1)
    grow_silent(worker, 31)
    assert remove_dead() == 1
    state = state_of(KIND, [KEY])[KEY]
    assert (state.running, state.attempts) == (False, 1)
    assert not beat(worker)


def test_a_beating_worker_keeps_them() -> None:
    ask(KIND, KEY)
    worker = enlist()
    claim(worker, 1)
    grow_silent(worker, 31)
    assert beat(worker)
    assert remove_dead() == 0
    assert state_of(KIND, [KEY])[KEY].running


def test_a_shorter_lease_can_be_asked_for() -> None:
    grow_silent(enlist(), 3)
    assert remove_dead() == 0
    assert remove_dead(lease_seconds=2) == 1


def test_work_that_kills_its_workers_waits() -> None:
    ask(KIND, KEY)
    for _ in range(3):
        worker = enlist()
        assert len(claim(worker, 1)) == 1
        grow_silent(worker, 31)
        remove_dead()
    assert claim(enlist(), 1) == []


def test_given_back_leases_are_due_at_once_and_blame_nobody() -> None:
    ask(KIND, KEY)
    worker = enlist()
    claim(worker, 1)
    discharge(worker)
    assert not Worker.objects.exists()
    assert state_of(KIND, [KEY])[KEY].attempts == 0
    assert len(claim(enlist(), 1)) == 1
