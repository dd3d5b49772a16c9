"""Moments of header fields, as RFC 5322 (3.3) has them and as they are written.

What nearly every program writes is read at a tenth of what the standard library takes for all that
anybody ever wrote; the rest is left to it.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_DATE_CHARS = 100
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) ([12]\d{3})"
    r" (\d\d):(\d\d):(\d\d) ([+-])([01]\d)(\d\d)(?: \([A-Za-z]*\))?",
    re.ASCII,
)


def moment(value: str) -> datetime | None:
    """A date in UTC; without a zone (or with -0000) it is read as UTC. None for what is none."""
    value = value.strip()[:_DATE_CHARS]
    usual = _USUAL.fullmatch(value)
    try:
        if usual is not None and usual[2] in _NUMBERS:
            return _usual_moment(usual)
        found = parsedate_to_datetime(value)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _usual_moment(usual: re.Match[str]) -> datetime:
    """Raises ValueError for a day or a time that is none."""
    day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
    at = (int(year), _NUMBERS[month], int(day), int(hour), int(minute), int(second))
    here = datetime(*at, tzinfo=UTC)
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return here - ahead if sign == "+" else here + ahead
