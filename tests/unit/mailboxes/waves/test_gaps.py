"""Which mail would be passed by."""

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.mailboxes.waves.gaps import gap_from

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("own", "profile", "expected"),
    [
        pytest.param(NOW - 9 * DAY, NOW - 9 * DAY, None, id="the-router-said-when-it-read-last"),
        pytest.param(None, None, None, id="nothing-was-migrated"),
        pytest.param(None, NOW - DAY, None, id="enabled-at-once-there-is-no-gap"),
        pytest.param(None, NOW - 2 * DAY, NOW - 2 * DAY, id="a-day-later-a-day-is-missing"),
        pytest.param(None, NOW + DAY, None, id="a-date-in-the-future-passes-by-on-purpose"),
    ],
)
def test_gap_from(
    own: datetime | None, profile: datetime | None, expected: datetime | None
) -> None:
    assert gap_from(own, profile, NOW) == expected
