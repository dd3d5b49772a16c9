"""A worker without its lease cannot write."""

from uuid import uuid4

import pytest
from django.db import transaction
from tests.unit.engine.conftest import KIND

from passerelle.engine.asking import ask, state_of
from passerelle.engine.leases.claiming import claim
from passerelle.engine.leases.fencing import assert_no_transaction, fence, finish, give_up
from passerelle.engine.leases.lease import Lease
from passerelle.engine.working.workers import discharge, enlist
from passerelle.faults.store import LeaseLost

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("chore")]


def leased() -> Lease:
    ask(KIND, uuid4())
    (lease,) = claim(enlist(), 1)
    return lease


@pytest.mark.django_db
def test_the_holder_passes() -> None:
    lease = leased()
    with transaction.atomic():
        fence(lease)


@pytest.mark.django_db
def test_taken_over_is_stopped() -> None:
    stale = leased()
    discharge(stale.worker_id)
    (current,) = claim(enlist(), 1)
    assert current.epoch > stale.epoch
    with pytest.raises(LeaseLost), transaction.atomic():
        fence(stale)
    with transaction.atomic():
        fence(current)


@pytest.mark.django_db
def test_removed_but_not_yet_taken_over_is_stopped() -> None:
    stale = leased()
    discharge(stale.worker_id)
    with pytest.raises(LeaseLost), transaction.atomic():
        fence(stale)


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_would_guard_nothing() -> None:
    lease = leased()
    with pytest.raises(TypeError):
        fence(lease)


@pytest.mark.django_db
def test_a_stale_worker_cannot_end_the_work() -> None:
    stale = leased()
    discharge(stale.worker_id)
    (current,) = claim(enlist(), 1)
    with pytest.raises(LeaseLost):
        finish(stale, 0)
    with pytest.raises(LeaseLost):
        give_up(stale, "PSR-NET-001", 0)
    assert state_of(KIND, [current.key])[current.key].running


@pytest.mark.django_db
def test_failures_are_counted_and_a_success_forgets_them() -> None:
    lease = leased()
    give_up(lease, "PSR-NET-001", 0)
    state = state_of(KIND, [lease.key])[lease.key]
    assert (state.attempts, state.last_code) == (1, "PSR-NET-001")
    (again,) = claim(enlist(), 1)
    finish(again, None)
    state = state_of(KIND, [lease.key])[lease.key]
    assert (state.attempts, state.last_code, state.due_on) == (0, "", None)


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_is_noticed() -> None:
    assert_no_transaction()
    with transaction.atomic(), pytest.raises(AssertionError):
        assert_no_transaction()


@pytest.mark.django_db
def test_the_transaction_of_a_test_does_not_count() -> None:
    assert_no_transaction()
