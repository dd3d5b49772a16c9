"""INTERNALDATE and SEARCH's day."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.imap.syntax.dates import from_internal_date, search_day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b" 1-Feb-2025 00:30:00 +0100", datetime(2025, 1, 31, 23, 30, tzinfo=UTC)),
        (b"17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (b"31-Feb-2025 00:00:00 +0000", None),
        (b"01-Jan-0001 00:00:00 +1400", None),
        (b"01-Foo-2025 00:00:00 +0000", None),
        (b"17-Jul-1996 02:44:25 +9999", None),
        (b"yesterday", None),
    ],
)
def test_from_internal_date(text: bytes, expected: datetime | None) -> None:
    assert from_internal_date(text) == expected


def test_a_search_begins_a_day_early_and_in_english() -> None:
    since = datetime(2025, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert search_day(since) == b"27-Feb-2025"


@given(st.binary(max_size=40))
def test_anything_is_a_date_or_none(text: bytes) -> None:
    from_internal_date(text)
