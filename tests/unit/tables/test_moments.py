"""Dates in three notations; the order of day and month is the column's, never the cell's."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.tables import DateOrder, UnreadableError, date_order, read_moment

PARIS = ZoneInfo("Europe/Paris")
DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        pytest.param("25/11/2026 14:03", DAY, "2026-11-25T13:03", id="french"),
        pytest.param("25/11/2026", DAY, "2026-11-24T23:00", id="a-day-begins-in-its-zone"),
        pytest.param("05/06/2026 08:00:30", DAY, "2026-06-05T06:00:30", id="summer-time"),
        pytest.param("25/11/2026 à 14h03", DAY, "2026-11-25T13:03", id="french-in-letters"),
        pytest.param("25.11.2026 14:03", DAY, "2026-11-25T13:03", id="dots"),
        pytest.param("11/25/2026 2:03 PM", MONTH, "2026-11-25T13:03", id="american"),
        pytest.param("11/25/2026 12:03 a.m.", MONTH, "2026-11-24T23:03", id="midnight"),
        pytest.param("2026-11-25 14:03:05", MONTH, "2026-11-25T13:03:05", id="iso"),
        pytest.param("2026-11-25T13:03:05Z", DAY, "2026-11-25T13:03:05", id="iso-utc"),
        pytest.param("2026-11-25T14:03:05.123+01:00", DAY, "2026-11-25T13:03:05", id="iso-offset"),
        pytest.param("25/11/2026\u00a014:03", DAY, "2026-11-25T13:03", id="hard-space"),
        pytest.param("11/25/2026 2:03\u202fPM", MONTH, "2026-11-25T13:03", id="narrow-space"),
    ],
)
def test_moment(cell: str, order: DateOrder, expected: str) -> None:
    assert read_moment(cell, order, PARIS) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "", "hier", "25/11/26", "31/02/2026", "25/13/2026", "25/11/2026 25:00", "0001-01-01",
        "25/11/2026 13:00 PM", "45986", "25/11-2026", "2026-11-25T14:03+99:99", "１/1/2026",
    ],
)  # fmt: skip
def test_no_moment(cell: str) -> None:
    with pytest.raises(UnreadableError):
        read_moment(cell, DAY, PARIS)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        pytest.param(["05/06/2026", "25/11/2026"], DAY, id="a-later-row-decides"),
        pytest.param(["05/06/2026", "", "x", "11/25/2026"], MONTH, id="american"),
        pytest.param(["05/06/2026"], None, id="could-be-either"),
        pytest.param(["2026-11-25"], None, id="iso-says-nothing"),
        pytest.param([], None, id="no-rows"),
    ],
)
def test_order(cells: list[str], order: DateOrder | None) -> None:
    assert date_order(cells) is order


MOMENTS = st.datetimes().filter(lambda moment: 1900 <= moment.year < 9999)


@given(MOMENTS, st.sampled_from([(DAY, "%d/%m/%Y %H:%M:%S"), (MONTH, "%m/%d/%Y %I:%M:%S %p")]))
def test_what_was_written_is_read(moment: datetime, style: tuple[DateOrder, str]) -> None:
    order, pattern = style
    expected = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_moment(moment.strftime(pattern), order, UTC) == expected


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(UnreadableError):
        read_moment(text, DAY, PARIS)
