# ruff: noqa: FBT003 - a standing is told by its values
"""The planner: tables for the rules, examples without number for the times."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from passerelle.mailboxes.waves.planning import (
    Hours,
    Pace,
    Standing,
    Step,
    decide,
    next_allowed,
    starts_of,
    waves_of,
)

PARIS = ZoneInfo("Europe/Paris")
NIGHT = Hours(time(22), time(6))
OFFICE = Hours(time(9), time(17))
FIVE_HOURS = timedelta(hours=5)


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


def pace(hours: Hours | None = None, gap: timedelta = FIVE_HOURS) -> Pace:
    return Pace(200, gap, hours, PARIS)


@pytest.mark.parametrize(
    ("queues", "users", "size", "expected"),
    [
        pytest.param("", "", 2, [], id="nobody-is-no-wave"),
        pytest.param("q", "u", 200, [("q", True), ("u", False)], id="queues-first"),
        pytest.param("qr", "u", 200, [("qr", True), ("u", False)], id="never-mixed"),
        pytest.param(
            "qrs", "uv", 2, [("qr", True), ("s", True), ("uv", False)], id="at-most-so-many"
        ),
        pytest.param("", "uvw", 1, [("u", False), ("v", False), ("w", False)], id="one-by-one"),
    ],
)
def test_waves_of(queues: str, users: str, size: int, expected: list[tuple[str, bool]]) -> None:
    waves = waves_of(queues, users, size)
    assert [(one.members, one.of_queues) for one in waves] == expected
    assert [one.number for one in waves] == list(range(1, len(waves) + 1))


@given(
    st.lists(st.integers(), unique=True, max_size=30),
    st.lists(st.integers(), unique=True, max_size=30),
    st.integers(1, 7),
)
def test_everybody_is_in_one_wave(queues: list[int], users: list[int], size: int) -> None:
    waves = waves_of(queues, users, size)
    assert [key for one in waves for key in one.members] == queues + users
    assert all(1 <= len(one.members) <= size for one in waves)
    assert sorted((one.of_queues for one in waves), reverse=True) == [
        one.of_queues for one in waves
    ]


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        pytest.param(None, "2026-11-25T12:00", "2026-11-25T12:00", id="without-hours-at-once"),
        pytest.param(OFFICE, "2026-11-25T12:00", "2026-11-25T12:00", id="within-them-at-once"),
        pytest.param(OFFICE, "2026-11-25T08:59", "2026-11-25T09:00", id="before-them-at-nine"),
        pytest.param(OFFICE, "2026-11-25T17:00", "2026-11-26T09:00", id="after-them-tomorrow"),
        pytest.param(NIGHT, "2026-11-25T05:59", "2026-11-25T05:59", id="late-in-the-night"),
        pytest.param(NIGHT, "2026-11-25T06:00", "2026-11-25T22:00", id="in-the-morning-over"),
        pytest.param(NIGHT, "2026-12-31T23:00", "2026-12-31T23:00", id="over-the-year"),
        # Clocks go forward on 29 March 2026 from 02:00 to 03:00, back on 25 October.
        pytest.param(
            Hours(time(2, 30), time(5)),
            "2026-03-29T01:00",
            "2026-03-29T03:00",
            id="an-hour-that-does-not-exist-begins-when-it-is-over",
        ),
        pytest.param(
            Hours(time(2, 15), time(2, 45)),
            "2026-03-29T01:00",
            "2026-03-30T02:15",
            id="hours-that-the-night-swallows-come-tomorrow",
        ),
        pytest.param(
            OFFICE, "2026-03-28T20:00", "2026-03-29T09:00", id="nine-stays-nine-in-summer"
        ),
        pytest.param(
            Hours(time(2, 30), time(5)),
            "2026-10-25T00:00",
            "2026-10-25T02:30",
            id="the-first-of-two-equal-times",
        ),
    ],
)
def test_next_allowed(hours: Hours | None, moment: str, expected: str) -> None:
    assert next_allowed(paris(moment), pace(hours)) == paris(expected)


def test_the_second_of_two_equal_times_is_allowed_as_well() -> None:
    moment = paris("2026-10-25T02:40", fold=1)
    assert next_allowed(moment, pace(Hours(time(2, 30), time(5)))) == moment


START = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda one: START + timedelta(minutes=one))
clock_times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
zones = st.sampled_from(
    ["Europe/Paris", "UTC", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"]
).map(ZoneInfo)


@given(moments, clock_times, clock_times, zones)
def test_the_next_allowed_moment_is_allowed_and_the_first(
    moment: datetime, begins: time, ends: time, zone: ZoneInfo
) -> None:
    assume(begins != ends)
    hours = Hours(begins, ends)
    found = next_allowed(moment, Pace(1, FIVE_HOURS, hours, zone))
    assert found >= moment
    assert hours.hold(found.astimezone(zone).time())
    if found > moment:
        missed = moment + (found - moment) / 2
        for between in (moment, missed, found - timedelta(seconds=61)):
            if between >= moment:
                assert not hours.hold(between.astimezone(zone).time())
    assert next_allowed(found, Pace(1, FIVE_HOURS, hours, zone)) == found


@given(st.integers(0, 30), moments, st.integers(0, 20_000), clock_times, clock_times)
def test_waves_keep_their_distance_and_the_hours(
    count: int, first: datetime, minutes: int, begins: time, ends: time
) -> None:
    assume(begins != ends)
    gap = timedelta(minutes=minutes)
    ours = pace(Hours(begins, ends), gap)
    starts = starts_of(count, first, ours)
    assert len(starts) == count
    assert all(later - earlier >= gap for earlier, later in pairwise(starts))
    assert all(ours.hours and ours.hours.hold(one.astimezone(PARIS).time()) for one in starts)


def test_forty_thousand_at_the_advised_pace_take_forty_two_days() -> None:
    waves = waves_of([], range(40_000), 200)
    starts = starts_of(len(waves), datetime(2026, 1, 1, tzinfo=UTC), pace())
    assert len(waves) == 200
    assert (starts[-1] - starts[0]).days == 41


NOW = paris("2026-11-25T12:00")
LATER, EARLIER = NOW + FIVE_HOURS, NOW - FIVE_HOURS


@pytest.mark.parametrize(
    ("standing", "hours", "expected"),
    [
        pytest.param(Standing(True, 3, 1, None, False), None, Step.START, id="the-first-at-once"),
        pytest.param(Standing(True, 3, 2, LATER, False), None, Step.WAIT, id="then-after-the-gap"),
        pytest.param(Standing(True, 3, 2, NOW, True), None, Step.START, id="a-failure-holds-none"),
        pytest.param(Standing(True, 3, 2, EARLIER, False), None, Step.START, id="overdue"),
        pytest.param(Standing(True, 3, 2, EARLIER, False), NIGHT, Step.WAIT, id="not-by-day"),
        pytest.param(Standing(True, 3, 4, None, True), None, Step.LOOK, id="the-last-is-watched"),
        pytest.param(Standing(True, 3, 4, None, False), None, Step.FINISH, id="all-are-through"),
        pytest.param(Standing(False, 3, 2, NOW, False), None, Step.REST, id="paused-it-rests"),
        pytest.param(Standing(False, 3, 2, NOW, True), None, Step.LOOK, id="and-ends-its-tests"),
    ],
)
def test_decide(standing: Standing, hours: Hours | None, expected: Step) -> None:
    assert decide(standing, NOW, pace(hours)) == expected


@pytest.mark.parametrize(
    ("unsettled", "expected"),
    [
        pytest.param(True, Step.LOOK, id="the-wave-before-is-waited-for"),
        pytest.param(False, Step.START, id="then-the-next-starts-at-once"),
    ],
)
def test_without_a_gap_a_wave_follows_the_one_before(unsettled: bool, expected: Step) -> None:
    assert decide(Standing(True, 3, 2, NOW, unsettled), NOW, pace(gap=timedelta(0))) == expected
