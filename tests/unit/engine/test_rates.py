"""Never more than so many in any window, and never less than there is room for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from passerelle.engine import rates
from passerelle.engine.clock import database_now
from passerelle.engine.models import SpentRate
from passerelle.engine.rates import (
    PARTS,
    Rate,
    Spent,
    look_for_room,
    seconds_until_room,
    take_room,
    taken,
)

MINUTE, DAY = 60, 86_400
LONGEST_PART = 1 / PARTS  # of a window: what a burst may have to wait beyond it

moments = st.lists(st.floats(0, 5 * MINUTE), min_size=1, max_size=120)
most = st.integers(1, 12)
counts = st.integers(1, 15)


@given(moments, most, counts)
def test_never_more_than_so_many_in_any_window(times: list[float], limit: int, count: int) -> None:
    rate = Rate("any", MINUTE, limit)
    spent: Spent = ()
    given_out: list[tuple[float, int]] = []
    for now in sorted(times):
        if seconds_until_room(rate, spent, count, now) == 0:
            spent = taken(rate, spent, count, now)
            given_out.append((now, min(count, limit)))
    for begin, _ in given_out:
        within = [each for now, each in given_out if begin <= now < begin + MINUTE]
        assert sum(within) <= limit


@given(moments, most, counts)
def test_when_it_says_there_is_room_there_is(times: list[float], limit: int, count: int) -> None:
    rate = Rate("any", MINUTE, limit)
    spent: Spent = ()
    for now in sorted(times):
        wait = seconds_until_room(rate, spent, count, now)
        assert 0 <= wait <= MINUTE * (1 + LONGEST_PART)
        if wait == 0:
            spent = taken(rate, spent, count, now)
    wait = seconds_until_room(rate, spent, count, max(times))
    assert seconds_until_room(rate, spent, count, max(times) + wait + 1e-6) == 0


@given(moments)
def test_what_is_kept_is_bounded(times: list[float]) -> None:
    rate = Rate("any", MINUTE, 10**6)
    spent: Spent = ()
    for now in sorted(times):
        spent = taken(rate, spent, 1, now)
    assert len(spent) <= 2 * PARTS + 2


@pytest.mark.parametrize(
    ("ages", "count", "expected"),
    [
        pytest.param([], 1, 0, id="nothing-was-taken"),
        pytest.param([10, 5], 1, 0, id="one-more-fits"),
        pytest.param([10, 5, 1], 1, 50, id="full-until-the-oldest-is-a-minute-old"),
        pytest.param([10, 5, 1], 2, 55, id="two-need-two-to-grow-old"),
        pytest.param([10, 5, 1], 99, 59, id="more-than-all-waits-for-all"),
        pytest.param([70, 65, 61], 1, 0, id="what-is-over-is-forgotten"),
    ],
)
def test_seconds_until_room(ages: list[int], count: int, expected: float) -> None:
    rate, now = Rate("any", MINUTE, 3), 1_000.0
    spent: Spent = ()
    for age in ages:
        spent = taken(rate, spent, 1, now - age)
    assert seconds_until_room(rate, spent, count, now) == pytest.approx(expected, abs=0.5)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands."""
    now = database_now()
    monkeypatch.setattr(rates, "database_now", lambda: now)
    return now


@pytest.mark.django_db
@pytest.mark.database
def test_it_is_taken_under_all_or_under_none(
    still: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    minute, day = Rate("a", MINUTE, 2), Rate("a", DAY, 100)
    assert take_room({minute: 1, day: 40}) == {}
    assert take_room({minute: 1, day: 40}) == {}
    assert set(take_room({minute: 1, day: 1})) == {minute}
    monkeypatch.setattr(rates, "database_now", lambda: still + timedelta(seconds=61))
    assert set(take_room({minute: 1, day: 40})) == {day}
    assert take_room({minute: 2, day: 20}) == {}  # nothing was taken by the two in vain


@pytest.mark.django_db
@pytest.mark.database
def test_to_look_takes_nothing(still: datetime) -> None:
    rate = Rate("a", MINUTE, 1)
    assert look_for_room({rate: 1}) == look_for_room({rate: 1}) == {}
    take_room({rate: 1})
    assert look_for_room({rate: 1})[rate] == pytest.approx(MINUTE, abs=0.5)


@pytest.mark.django_db
@pytest.mark.database
def test_names_and_windows_are_apart(still: datetime) -> None:
    for rate in (Rate("a", MINUTE, 1), Rate("b", MINUTE, 1), Rate("a", DAY, 1)):
        assert take_room({rate: 1}) == {}


@pytest.mark.django_db
@pytest.mark.database
def test_a_limit_that_was_lowered_counts_what_was_taken_before(still: datetime) -> None:
    take_room({Rate("a", MINUTE, 10): 5})
    assert take_room({Rate("a", MINUTE, 5): 1})
    assert take_room({Rate("a", MINUTE, 6): 1}) == {}


@pytest.mark.django_db
@pytest.mark.database
def test_without_limits_nothing_is_asked(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert take_room({}) == look_for_room({}) == {}
    assert not SpentRate.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("postgresql")
def test_two_at_once_never_take_more_than_there_is() -> None:
    rate = Rate("a", DAY, 10)

    def take(_: int) -> bool:
        try:
            return not take_room({rate: 1})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(20))) == 10
