"""Lists of alerts: newest first, page by page, nothing twice and nothing left out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.reading import (
    alerts_of,
    closed_alerts,
    open_alerts,
    open_count,
    position_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)


def stored(minutes: int, *, closed: bool = False) -> Alert:
    seen = NOON + timedelta(minutes=minutes)
    return Alert.objects.create(
        subject_kind=SubjectKind.MAILBOX,
        subject_id=uuid4(),
        activity="incoming",
        code="PSR-NET-001",
        level=2,
        opened_on=NOON,
        last_seen_on=seen,
        closed_on=seen if closed else None,
    )


def test_pages_hold_each_alert_once_even_when_times_are_equal() -> None:
    expected = {stored(minutes).pk for minutes in (1, 1, 1, 2, 3, 3)}
    seen, after = [], ""
    while page := open_alerts(limit=2, after=after):
        seen += page
        after = position_of(page[-1])
    assert len(seen) == 6
    assert {alert.pk for alert in seen} == expected
    times = [alert.last_seen_on for alert in seen]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("after", ["", "x", "_", "2026_zz", "é" * 500, "20260105T120000Z_"])
def test_a_position_made_up_by_somebody_starts_at_the_top(after: str) -> None:
    newest = stored(1)
    assert open_alerts(after=after) == [newest]


def test_open_and_closed_are_apart() -> None:
    still_open, closed = stored(1), stored(2, closed=True)
    assert open_alerts() == [still_open]
    assert closed_alerts() == [closed]
    assert open_count() == 1


def test_alerts_of_one_subject() -> None:
    mine = stored(1)
    stored(2)
    assert alerts_of(SubjectKind.MAILBOX, mine.subject_id) == [mine]
    assert alerts_of(SubjectKind.PROFILE, mine.subject_id) == []
