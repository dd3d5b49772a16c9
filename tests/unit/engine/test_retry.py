"""When failed work is tried again."""

import pytest

from passerelle.engine.retry import gap
from passerelle.faults import Retry


@pytest.mark.parametrize(
    ("retry", "attempts", "jitter", "expected"),
    [
        pytest.param(Retry.SOON, 1, 0.0, 60.0, id="first-failure-waits-a-minute"),
        pytest.param(Retry.SOON, 1, 1.0, 75.0, id="spread-by-a-quarter"),  # 60 + 60/4
        pytest.param(Retry.SOON, 2, 0.0, 120.0, id="second-waits-twice-as-long"),
        pytest.param(Retry.SOON, 4, 0.5, 540.0, id="fourth-in-the-middle"),  # 480 + 480/8
        pytest.param(Retry.SOON, 5, 1.0, 900.0, id="never-more-than-fifteen-minutes"),
        pytest.param(Retry.SOON, 10**9, 1.0, 900.0, id="after-any-number-of-failures"),
        pytest.param(Retry.SOON, 0, 0.0, 60.0, id="never-at-once"),
        pytest.param(Retry.AFTER_CHANGE, 1, 0.0, None, id="a-change-must-come-first"),
        pytest.param(Retry.NEVER, 1, 0.0, None, id="never-by-itself"),
    ],
)
def test_gap(retry: Retry, attempts: int, jitter: float, expected: float | None) -> None:
    assert gap(retry, attempts, jitter) == expected
