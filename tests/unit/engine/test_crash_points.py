"""Named crash points kill there and nowhere else."""

import subprocess
import sys

import pytest

from passerelle.engine.crash_points import KILLED_STATUS, Killed, crash_point, kill_at, passages


def test_nothing_happens_in_normal_life() -> None:
    crash_point("after-commit")


def test_kills_at_the_nth_passage_only() -> None:
    with kill_at("after-commit", nth=2):
        crash_point("after-commit")
        crash_point("another")
        with pytest.raises(Killed):
            crash_point("after-commit")
        crash_point("after-commit")
    crash_point("after-commit")


def test_no_boundary_for_faults_catches_a_kill() -> None:
    assert not issubclass(Killed, Exception)


def test_passages_are_recorded_in_order() -> None:
    with passages() as names:
        crash_point("one")
        crash_point("two")
        crash_point("one")
    assert names == ["one", "two", "one"]


@pytest.mark.parametrize(
    ("planned", "status"),
    [
        pytest.param("here", KILLED_STATUS, id="at-the-first-passage"),
        pytest.param("here:2", KILLED_STATUS, id="at-the-second-passage"),
        pytest.param("here:3", 0, id="not-passed-often-enough"),
        pytest.param("elsewhere", 0, id="another-point"),
    ],
)
def test_environment_ends_the_process(planned: str, status: int) -> None:
    program = "from passerelle.engine.crash_points import crash_point as c; c('here'); c('here')"
    ended = subprocess.run(
        [sys.executable, "-c", program], env={"PASSERELLE_CRASH_AT": planned}, check=False
    )
    assert ended.returncode == status
