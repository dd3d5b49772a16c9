"""A day of mail as bars: which hour an email belongs to, and how high a bar is."""

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.web.state.chart import HALF, HOURS, day_of

NOW = datetime(2026, 11, 25, 18, 50, tzinfo=UTC)
CAME, WENT = False, True


@pytest.mark.parametrize(
    ("minutes_ago", "hour"),
    [
        pytest.param(0, 23, id="now"),
        pytest.param(50, 23, id="the-first-minute-of-this-hour"),
        pytest.param(51, 22, id="the-last-minute-of-the-hour-before"),
        pytest.param(23 * 60 + 50, 0, id="the-oldest-minute"),
        pytest.param(23 * 60 + 51, None, id="older"),
        pytest.param(-20, None, id="of-the-next-hour"),
    ],
)
def test_the_hour_of_an_email(minutes_ago: int, hour: int | None) -> None:
    day = day_of([(NOW - timedelta(minutes=minutes_ago), CAME)], NOW)
    assert [at for at, one in enumerate(day.hours) if one.came] == ([] if hour is None else [hour])
    assert len(day.hours) == HOURS


def test_heights_follow_the_highest_bar_and_nothing_has_none() -> None:
    emails = [(NOW, CAME)] * 200 + [(NOW, WENT)] * 100 + [(NOW - timedelta(hours=1), CAME)]
    day = day_of(emails, NOW)
    last, before = day.hours[-1], day.hours[-2]
    assert (last.came_height, last.went_height, last.top) == (HALF, HALF // 2, 0)
    assert before.came_height == 2, "one email is seen beside two hundred"
    assert before.went_height == 0
    assert (day.came, day.went) == (201, 100)


def test_an_empty_day() -> None:
    day = day_of([], NOW)
    assert {(one.came_height, one.went_height) for one in day.hours} == {(0, 0)}
