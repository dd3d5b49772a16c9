"""What a worker could not write down while the store was away is written when it is back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine.asking import ask
from passerelle.engine.leases.claiming import claim
from passerelle.engine.leases.lease import Lease
from passerelle.engine.models import Work
from passerelle.engine.working.pool import Pool
from passerelle.engine.working.workers import enlist
from passerelle.faults.store import DatabaseGone, DiskFull, StoreFault

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FULL = DiskFull(answer="full")


@pytest.fixture
def leases(chore: Chore) -> list[Lease]:
    """Three pieces of work that a worker did, and could not end."""
    for _ in range(3):
        ask(KIND, uuid4())
    chore.leases = claim(enlist(), 3)
    return chore.leases


def held() -> int:
    return Work.objects.exclude(worker=None).count()


def away(execute: Callable[..., Any], *arguments: Any) -> Any:
    """A store that answers nothing."""
    raise OperationalError("the connection is closed")


def test_what_was_kept_is_ended(leases: list[Lease]) -> None:
    pool = Pool(1, lambda: None)
    for lease in leases:
        pool.keep(lease, FULL)
    pool.end_kept()
    assert held() == 0


def test_a_store_that_is_away_again_makes_no_lease_forgotten(leases: list[Lease]) -> None:
    pool = Pool(1, lambda: None)
    for lease in leases:
        pool.keep(lease, FULL)
    with connection.execute_wrapper(away), pytest.raises(StoreFault) as caught:
        pool.end_kept()
    assert isinstance(caught.value, DatabaseGone)
    assert held() == 3
    pool.end_kept()
    assert held() == 0


def test_a_lease_that_another_took_over_is_nobodys_to_end(leases: list[Lease]) -> None:
    Work.objects.update(epoch=100)
    pool = Pool(1, lambda: None)
    pool.keep(leases[0], FULL)
    pool.end_kept()
    assert held() == 3
