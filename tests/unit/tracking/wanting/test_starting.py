"""The start of a mailbox: what lies before it."""

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.tracking import too_old

START = datetime(2024, 5, 1, tzinfo=UTC)
BEFORE, SINCE = START - timedelta(days=1), START + timedelta(days=1)


@pytest.mark.parametrize(
    ("received", "date", "start", "old"),
    [
        pytest.param(SINCE, SINCE, START, False, id="new-by-both"),
        pytest.param(BEFORE, BEFORE, START, True, id="old-by-both"),
        pytest.param(SINCE, BEFORE, START, True, id="copied-to-another-server-today"),
        pytest.param(BEFORE, SINCE, START, True, id="its-date-lies"),
        pytest.param(None, BEFORE, START, True, id="no-receipt-and-an-old-date"),
        pytest.param(None, SINCE, START, False, id="no-receipt"),
        pytest.param(SINCE, None, START, False, id="no-date"),
        pytest.param(None, None, START, False, id="neither-says-anything"),
        pytest.param(START, START, START, False, id="at-the-start-itself"),
        pytest.param(BEFORE, BEFORE, None, False, id="a-mailbox-without-a-start"),
    ],
)
def test_too_old(
    received: datetime | None, date: datetime | None, start: datetime | None, old: bool
) -> None:
    assert too_old(received, date, start) is old
