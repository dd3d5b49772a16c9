"""A day of mail as bars: where an hour begins, and how high a bar is."""

from datetime import UTC, datetime, timedelta

from passerelle.web.state.chart import HALF, HOURS, day_of, edges_of_day

NOW = datetime(2026, 11, 25, 18, 50, tzinfo=UTC)
EDGES = edges_of_day(NOW)
NOTHING = [(0, 0)] * HOURS


def test_the_last_hour_is_the_one_that_runs() -> None:
    assert len(EDGES) == HOURS + 1
    assert EDGES[-2:] == [datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (18, 19)]
    assert EDGES[0] == EDGES[-1] - timedelta(hours=HOURS)
    assert [hour.begins for hour in day_of(NOTHING, EDGES).hours] == EDGES[:-1]


def test_heights_follow_the_highest_bar_and_nothing_has_none() -> None:
    day = day_of([*NOTHING[2:], (1, 0), (200, 100)], EDGES)
    before, last = day.hours[-2:]
    assert (last.came_height, last.went_height, last.top) == (HALF, HALF // 2, 0)
    assert before.came_height == 2, "one email is seen beside two hundred"
    assert before.went_height == 0
    assert (day.came, day.went) == (201, 100)


def test_an_empty_day() -> None:
    day = day_of(NOTHING, EDGES)
    assert {(one.came_height, one.went_height) for one in day.hours} == {(0, 0)}
