"""What is told next: gathered, bounded an hour, and over when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.monitoring.notices.planning import NOTHING, OpenCause, Pace, Plan, plan

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PACE = Pace(lowest_level=2, gather=timedelta(minutes=2), most_per_hour=2, tell_closed=True)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def cause(key: str, level: int = 3, minutes: float = 10) -> OpenCause:
    return OpenCause(key, level, ago(minutes))


@pytest.mark.parametrize(
    ("open_now", "told", "sent", "expected"),
    [
        pytest.param([], {}, [], NOTHING, id="nothing is wrong"),
        pytest.param([cause("a")], {}, [], Plan(("a",)), id="an alert is told"),
        pytest.param([cause("a")], {"a": ago(5)}, [], NOTHING, id="once"),
        pytest.param([cause("a", level=1)], {}, [], NOTHING, id="unless it is too slight"),
        pytest.param([cause("a", minutes=1)], {}, [], NOTHING, id="a fresh one waits for others"),
        pytest.param(
            [cause("a", minutes=3), cause("b", minutes=1)], {}, [], Plan(("a", "b")),
            id="what opens together is told together",
        ),
        pytest.param([cause("a")], {}, [ago(50), ago(10)], NOTHING, id="the hour is full"),
        pytest.param([cause("a")], {}, [ago(70), ago(10)], Plan(("a",)), id="the hour has room"),
        pytest.param([], {"a": ago(90)}, [], Plan((), ("a",)), id="what is over is told"),
        pytest.param(
            [cause("b")], {"a": ago(90)}, [], Plan(("b",), ("a",)), id="together with what opens"
        ),
        pytest.param(
            [cause("a", level=1)], {"a": ago(5)}, [], NOTHING, id="what became slighter is not over"
        ),
    ],
)  # fmt: skip
def test_plan(
    open_now: list[OpenCause], told: dict[str, datetime], sent: list[datetime], expected: Plan
) -> None:
    assert plan(open_now, told, sent, PACE, NOW) == expected


def test_who_does_not_want_to_hear_the_end_does_not() -> None:
    quiet = Pace(2, timedelta(0), 2, tell_closed=False)
    assert plan([], {"a": ago(5)}, [], quiet, NOW) == NOTHING


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 300)), max_size=60),
    st.integers(1, 5),
)
def test_never_more_in_an_hour_than_is_set(events: list[tuple[str, int]], most: int) -> None:
    """Causes open and close in any order; each minute it is looked at."""
    pace = Pace(1, timedelta(0), most, tell_closed=True)
    told: dict[str, datetime] = {}
    sent: list[datetime] = []
    for minute in range(300):
        now = NOW + timedelta(minutes=minute)
        is_open = {key for key, _ in events if sum(k == key and m <= minute for k, m in events) % 2}
        planned = plan([OpenCause(key, 3, now) for key in is_open], told, sent, pace, now)
        if not planned.is_empty:
            sent.append(now)
            told |= dict.fromkeys(planned.opened, now)
            for key in planned.closed:
                del told[key]
        assert sum(moment > now - timedelta(hours=1) for moment in sent) <= most
