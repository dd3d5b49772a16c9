"""Which failed tests `make test` runs once more: a few of the browser's, and no others."""

import pytest
from tools.test import MOST_UNSTEADY, second_chance

TOUR = "tests/browser/test_tour.py::test_the_tour[fr-wide]"
KILLED = "tests/system/test_kills.py::test_nothing_is_lost[incoming]"


@pytest.mark.parametrize(
    ("failed", "again"),
    [
        pytest.param([], [], id="none"),
        pytest.param([TOUR], [TOUR], id="one of the browser"),
        pytest.param([KILLED], [], id="one of the servers: what happens seldom there is a defect"),
        pytest.param([TOUR, KILLED], [], id="one of each"),
        pytest.param([TOUR] * MOST_UNSTEADY, [TOUR] * MOST_UNSTEADY, id="as many as may be"),
        pytest.param([TOUR] * (MOST_UNSTEADY + 1), [], id="too many for a chance"),
    ],
)
def test_who_runs_again(failed: list[str], again: list[str]) -> None:
    assert second_chance(failed) == again
