"""Dates and times as French, English and ISO 8601 write them.

05/06/2026 is the fifth of June or the sixth of May by the whole column (`date_order`), never by
the cell. Dynamics exports local times without a zone, so the caller says whose time it is.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from enum import Enum

from passerelle.tables.values import SPACES, Reason, UnreadableError


class DateOrder(Enum):
    """What the first of the two short numbers of a date is; ISO dates are read in either."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


_TIME = (
    r"(?:(?:T|,? (?:à |at )?)(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})" + _TIME,
    re.ASCII | re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second_one>\d{1,2})(?P=sep)(?P<year>\d{4})" + _TIME,
    re.ASCII | re.IGNORECASE,
)
_MONTHS = 12
_HALF_DAY = 12  # hours
_FIRST_YEAR = 1900  # a spreadsheet knows no earlier one, and there was no email


def date_order(cells: Iterable[str]) -> DateOrder | None:
    """What the dates of a column show, or None while each could be either."""
    for cell in cells:
        found = _SHORT.fullmatch(_one_line(cell))
        if found is not None and int(found["first"]) > _MONTHS:
            return DateOrder.DAY_FIRST
        if found is not None and int(found["second_one"]) > _MONTHS:
            return DateOrder.MONTH_FIRST
    return None


def read_moment(cell: str, order: DateOrder, zone: tzinfo) -> datetime:
    """A date with or without a time, of the given zone unless it names one; the answer is UTC.

    Raises `UnreadableError`.
    """
    text = _one_line(cell)
    found = _ISO.fullmatch(text) or _SHORT.fullmatch(text)
    if found is None:
        raise UnreadableError(Reason.DATE, cell)
    try:
        local = datetime(*_day(found, order), *_time(found), tzinfo=_zone(found["zone"]) or zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnreadableError(Reason.DATE, cell) from None


def _one_line(cell: str) -> str:
    return SPACES.sub(" ", cell.strip())


def _day(found: re.Match[str], order: DateOrder) -> tuple[int, int, int]:
    """Year, month, day. Raises `ValueError` for a year that no record has."""
    year = int(found["year"])
    if year < _FIRST_YEAR:
        raise ValueError(found[0])
    if found.re is _ISO:
        return year, int(found["month"]), int(found["day"])
    first, second = int(found["first"]), int(found["second_one"])
    return (year, second, first) if order is DateOrder.DAY_FIRST else (year, first, second)


def _time(found: re.Match[str]) -> tuple[int, int, int]:
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= _HALF_DAY:
            raise ValueError(found[0])
        hour = hour % _HALF_DAY + (_HALF_DAY if half.startswith("p") else 0)
    return hour, int(found["minute"] or 0), int(found["second"] or 0)


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo
