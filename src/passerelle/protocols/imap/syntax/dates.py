"""IMAP's two forms of a date: INTERNALDATE, and the day of a SEARCH (RFC 9051, 9)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = {name.lower().encode(): number for number, name in enumerate(_MONTHS, start=1)}
_INTERNAL = re.compile(
    rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$"
)


def from_internal_date(text: bytes) -> datetime | None:
    """`17-Jul-1996 02:44:25 -0700` in UTC; None when the server made something else of it."""
    found = _INTERNAL.match(text)
    if found is None or (month := _NUMBERS.get(found[2].lower())) is None:
        return None
    try:
        local = datetime(
            int(found[3]),
            month,
            int(found[1]),
            int(found[4]),
            int(found[5]),
            int(found[6]),
            tzinfo=_zone(found[7], found[8], found[9]),
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=128)  # a server says nearly all its dates in one or two zones
def _zone(sign: bytes, hours: bytes, minutes: bytes) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == b"-" else offset)


def search_day(since: datetime) -> bytes:
    """The day to give SEARCH SINCE: one day early.

    SINCE compares days in the server's own zone and without its time, so the caller filters again
    on INTERNALDATE.
    """
    day = since.astimezone(UTC) - timedelta(days=1)
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}".encode()
