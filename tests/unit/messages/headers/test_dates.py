"""Moments as headers write them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from passerelle.messages.headers.dates import moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Mon, 1 Jan 2024 10:00:05 +0100", (1, 9, 0, 5), id="as-most-write-it"),
        pytest.param("01 Jan 2024 10:00:05 -0130 (XYZ)", (1, 11, 30, 5), id="with-a-comment"),
        pytest.param(" Mon,  1 Jan 2024 10:00 GMT", (1, 10, 0, 0), id="with-a-name-for-its-zone"),
        pytest.param("Mon, 1 jan 24 10:00:05 -0000", (1, 10, 0, 5), id="in-two-digits"),
        pytest.param("1 Jan 2024 10:00:05", (1, 10, 0, 5), id="without-a-zone"),
    ],
)
def test_a_moment(value: str, expected: tuple[int, int, int, int]) -> None:
    assert moment(value) == datetime(2024, 1, *expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("Mon, 32 Jan 2024 10:00:00 +0000", id="no-such-day"),
        pytest.param("Mon, 1 Jan 2024 24:00:00 +0000", id="no-such-hour"),
        pytest.param("Mon, 1 Jen 2024 10:00:00 +0000", id="no-such-month"),
        pytest.param("Mon, 1 Jan 2024 10:00:00 +9900", id="no-such-zone"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_none(value: str) -> None:
    assert moment(value) is None


WRITTEN = st.from_regex(
    r"\A([A-Z][a-z]{2}, )?[0-9]{1,2} (Jan|Feb|Dec|Mai) [0-9]{4} [0-2][0-9]:[0-9]{2}:[0-6][0-9]"
    r" [+-][0-9]{4}( \([A-Z]{0,4}\))?\Z"
)


@given(WRITTEN | st.text(max_size=40))
@example("Thu, 29 Feb 2024 23:59:59 -1999")
@example("Fri, 31 Dec 2999 23:59:59 -1200")
@example("1 Jan 1000 00:00:00 +1400")
def test_the_quick_way_says_what_the_standard_library_says(value: str) -> None:
    try:
        found = parsedate_to_datetime(value.strip())
        expected = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        assert moment(value) is None
    else:
        assert moment(value) == expected
