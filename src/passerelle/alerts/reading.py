"""Alerts as lists, newest first, by seek: a page begins after the last row of the page before."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind

PAGE = 50
MOST_COUNTED = 10_000  # no exact count above it


def open_alerts(*, limit: int = PAGE, after: str = "") -> list[Alert]:
    """Open alerts, the latest seen first; `after` is `position_of` the last one already shown."""
    return _page(Alert.objects.filter(closed_on=None), limit, after)


def closed_alerts(*, limit: int = PAGE, after: str = "") -> list[Alert]:
    """Alerts whose cause is gone, the latest seen first."""
    return _page(Alert.objects.filter(closed_on__isnull=False), limit, after)


def alerts_of(
    kind: SubjectKind, subject_id: UUID, *, limit: int = PAGE, after: str = ""
) -> list[Alert]:
    """Open alerts of one subject, the latest seen first."""
    alerts = Alert.objects.filter(subject_kind=kind, subject_id=subject_id, closed_on=None)
    return _page(alerts, limit, after)


def open_counts(kind: SubjectKind, subject_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many are open of each of these subjects; those without any are left out."""
    alerts = Alert.objects.filter(
        subject_kind=kind, subject_id__in=subject_ids, closed_on=None
    ).order_by()
    return dict(alerts.values_list("subject_id").annotate(count=Count("pk")))


def open_count() -> int:
    """How many are open, counted up to 10,000."""
    return Alert.objects.filter(closed_on=None)[:MOST_COUNTED].count()


def open_by_level() -> dict[AlertLevel, int]:
    """How many are open at each level; levels without one are left out."""
    rows = Alert.objects.filter(closed_on=None).values_list("level").annotate(count=Count("pk"))
    return {AlertLevel(level): count for level, count in rows.order_by()}


def position_of(alert: Alert) -> str:
    """Where a list goes on after this alert; safe in an address."""
    return f"{alert.last_seen_on.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{alert.pk.hex}"


def _page(alerts: QuerySet[Alert], limit: int, after: str) -> list[Alert]:
    position = _parsed(after)
    if position is not None:
        seen, key = position
        # The bound stands alone, too, so that a database seeks in its index and does not scan it.
        alerts = alerts.filter(last_seen_on__lte=seen)
        alerts = alerts.filter(Q(last_seen_on__lt=seen) | Q(last_seen_on=seen, pk__lt=key))
    return list(alerts.order_by("-last_seen_on", "-pk")[:limit])


def _parsed(position: str) -> tuple[datetime, UUID] | None:
    """None for anything that `position_of` did not write: the list then starts at its top."""
    seen, _, key = position.partition("_")
    try:
        return datetime.fromisoformat(seen).astimezone(UTC), UUID(key)
    except (ValueError, OverflowError):  # no moment, or one that leaves the calendar in UTC
        return None
