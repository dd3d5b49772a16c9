"""From when a migrated mailbox reads."""

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.router.files.starting import start_of

ENABLED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        pytest.param(None, ENABLED - DAY, id="unknown-starts-24-hours-before-enabling"),
        pytest.param(ENABLED - DAY / 2, ENABLED - DAY / 2, id="known-is-where-the-router-stopped"),
        pytest.param(ENABLED - 7 * DAY, ENABLED - 7 * DAY, id="a-dead-week-is-read-not-skipped"),
        pytest.param(ENABLED + DAY, ENABLED, id="a-wrong-clock-skips-nothing"),
    ],
)
def test_start_of(threshold: datetime | None, expected: datetime) -> None:
    assert start_of(threshold, ENABLED) == expected
