"""Moments of a server: evenly apart, over all who ask, and none while they are given away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine import pacing
from passerelle.engine.asking import ask
from passerelle.engine.clock import database_now
from passerelle.engine.leases.claiming import claim
from passerelle.engine.models import Host
from passerelle.engine.pacing import (
    SHORTEST_REST_SECONDS,
    HostLimits,
    busy_hosts,
    seconds_until_moment,
    take_moment,
)
from passerelle.engine.working.workers import enlist

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOST = "mail.example"
NOW = database_now


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands, so that the moments can be told exactly."""
    now = database_now()
    monkeypatch.setattr(pacing, "database_now", lambda: now)
    return now


def test_the_first_one_waits_for_nothing(still: datetime) -> None:
    assert take_moment(HOST, 10, within=5) == 0


def test_moments_lie_evenly_apart(still: datetime) -> None:
    waits = [take_moment(HOST, 10, within=5) for _ in range(5)]
    assert waits == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=0.002)


def test_a_moment_that_is_far_is_not_taken(still: datetime) -> None:
    assert [take_moment(HOST, 1, within=1) for _ in range(4)] == [0, 1, None, None]
    assert Host.objects.get().next_on == still + timedelta(seconds=2)


def test_another_server_has_its_own(still: datetime) -> None:
    assert take_moment(HOST, 1, within=5) == 0
    assert take_moment("other.example", 1, within=5) == 0


def test_time_that_passed_is_not_saved_up(still: datetime) -> None:
    Host.objects.create(host=HOST, next_on=still - timedelta(hours=1))
    assert [take_moment(HOST, 1, within=5) for _ in range(3)] == [0, 1, 2]


def test_a_name_of_any_length_has_one_row(still: datetime) -> None:
    assert take_moment("x" * 300, 1, within=5) == 0
    assert take_moment("x" * 300, 1, within=5) == 1


def test_who_got_none_comes_back_at_the_next_one() -> None:
    Host.objects.create(host=HOST, next_on=database_now() + timedelta(seconds=30))
    assert take_moment(HOST, 1, within=5) is None
    assert 25 < seconds_until_moment(HOST) <= 30


def test_nobody_comes_back_at_once() -> None:
    assert seconds_until_moment("other.example") == SHORTEST_REST_SECONDS


def due(count: int, host: str = HOST) -> None:
    for _ in range(count):
        ask(KIND, uuid4(), host=host)


def test_one_claim_begins_no_more_than_a_second_lets_in(chore: Chore) -> None:
    due(6)
    due(1, "other.example")
    leases = claim(enlist(), 7, limits=HostLimits(connections=20, sign_ins_per_second=2))
    assert len(leases) == 3


def test_nothing_is_begun_while_the_moments_are_given_away(chore: Chore) -> None:
    due(3)
    Host.objects.create(host=HOST, next_on=database_now() + timedelta(seconds=30))
    assert busy_hosts() == {HOST}
    assert claim(enlist(), 3) == []
    Host.objects.update(next_on=database_now())
    assert len(claim(enlist(), 3)) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("postgresql")
def test_processes_that_ask_at_once_get_moments_of_their_own() -> None:
    def taken(call: Callable[[], float | None]) -> float | None:
        try:
            call()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(taken, [lambda: take_moment(HOST, 1, within=100)] * 4))
    assert Host.objects.get().next_on > database_now() + timedelta(seconds=6)
