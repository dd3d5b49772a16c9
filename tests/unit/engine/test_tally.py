"""What a run tells of itself: its time adds up, its counts too."""

import time
from itertools import count

import pytest

from passerelle.engine.tally import Tally


def test_the_time_of_each_lap_belongs_to_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))
    tally = Tally()  # at 0
    tally.lap("list")  # 1
    tally.lap("fetch")  # 2
    tally.lap("list")  # 3
    assert tally.steps() == {"list": 2000, "fetch": 1000}
    assert tally.milliseconds == 4000


def test_a_step_that_took_no_millisecond_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1.0)
    tally = Tally()
    tally.lap("list")
    assert tally.steps() == {}


def test_counts_add_up_and_what_was_not_counted_is_none() -> None:
    tally = Tally()
    tally.add(done=2, failed=1)
    tally.add(done=True)
    assert (tally["done"], tally["failed"], tally["ignored"]) == (3, 1, 0)
