"""Open alerts by their cause: a server that is away is one thing to do, whatever it stops.

The worst first, then what was seen last. What is grouped is not changed: each alert closes with
its own mailbox, and the cause is gone with the last of them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.alerts.reading import MOST_COUNTED, PAGE
from passerelle.faults import Facts, shared_cause

KEY_CHARS = 64  # of a digest


@dataclass(frozen=True, slots=True)
class Cause:
    """Open alerts that have one cause; `newest` tells it."""

    key: str
    level: AlertLevel
    subjects: int  # how many mailboxes, profiles or emails it concerns
    count: int  # how often it happened
    opened_on: datetime
    last_seen_on: datetime
    newest: Alert

    @property
    def position(self) -> str:
        """Where a list goes on after this one; safe in an address."""
        return f"{int(self.level)}_{self.last_seen_on.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{self.key}"


def cause_of(kind: str, subject_id: UUID, code: str, facts: Facts) -> str:
    """The digest that alerts of one cause share."""
    text = shared_cause(code, facts) or f"{code}|{kind}|{subject_id}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def open_causes(*, limit: int = PAGE, after: str = "") -> list[Cause]:
    """The causes of the open alerts, the worst first.

    `after` is the `position` of the last one shown.

    Two queries, however many alerts a cause has.
    """
    of_cause = Alert.objects.filter(cause=OuterRef("cause"), closed_on=None)
    newest = of_cause.order_by("-last_seen_on", "-pk").values("pk")[:1]
    groups = list(
        Alert.objects.filter(closed_on=None)
        .order_by()
        .values("cause")
        .annotate(
            worst=Max("level"),
            subjects=Count("subject_id", distinct=True),
            times=Sum("count"),
            first=Min("opened_on"),
            last=Max("last_seen_on"),
            told=Subquery(newest),
        )
        .filter(_beyond(after))
        .order_by("-worst", "-last", "cause")[:limit]
    )
    alerts = Alert.objects.in_bulk([group["told"] for group in groups])
    return [
        Cause(
            key=group["cause"],
            level=AlertLevel(group["worst"]),
            subjects=group["subjects"],
            count=group["times"],
            opened_on=group["first"],
            last_seen_on=group["last"],
            newest=alerts[group["told"]],
        )
        for group in groups
        if group["told"] in alerts  # closed between the two queries
    ]


def _beyond(position: str) -> Q:
    """What comes after a position; everything for one that `Cause.position` did not write."""
    level, _, rest = position.partition("_")
    seen, _, key = rest.partition("_")
    try:
        worst, last = int(level), datetime.fromisoformat(seen).astimezone(UTC)
    except (ValueError, OverflowError):
        return Q()
    later = Q(last__lt=last) | Q(last=last, cause__gt=key[:KEY_CHARS])
    return Q(worst__lt=worst) | (Q(worst=worst) & later)


def open_cause_count() -> int:
    """How many causes there are, counted up to 10,000."""
    causes = Alert.objects.filter(closed_on=None).order_by().values("cause").distinct()
    return causes[:MOST_COUNTED].count()


def alerts_of_cause(key: str) -> QuerySet[Alert]:
    """The open alerts of one cause."""
    return Alert.objects.filter(cause=key, closed_on=None)


def keys_of_cause(key: str, kind: SubjectKind) -> Sequence[UUID]:
    """What of one kind a cause concerns, up to 10,000."""
    alerts = alerts_of_cause(key).filter(Q(subject_kind=kind))
    return list(alerts.values_list("subject_id", flat=True).distinct()[:MOST_COUNTED])
