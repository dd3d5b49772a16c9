"""Open an alert or count it, and close it when its cause is gone.

An alert that cannot be stored (disk full, database gone) is held in memory, printed, and stored
with its own times when the store is back. Decision 0018.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from passerelle.alerts.causes import cause_of
from passerelle.alerts.holding import Held, Holding
from passerelle.alerts.models import Alert, SubjectKind
from passerelle.faults import Facts, Fault
from passerelle.faults.store import StoreAway

log = structlog.get_logger(__name__)

SYSTEM = UUID("5e1f0000-0000-4000-8000-000000000001")  # the one subject of its kind
STORE = "store"  # the activity of alerts about our own store

AnySubjects = Collection[UUID] | QuerySet[Any, UUID]  # a query is asked within ours

_holding = Holding()  # of this process, as is the store's absence that it waits out


def record(kind: SubjectKind, subject_id: UUID, activity: str, fault: Fault) -> None:
    """Open the alert, or count it when it is open already. Never raises for a missing store.

    A lost store is nobody's own: whoever tells of it, it is the one alert of the system.
    """
    if isinstance(fault, StoreAway):
        kind, subject_id, activity = SubjectKind.SYSTEM, SYSTEM, STORE
    now = datetime.now(UTC)
    held = Held(kind, subject_id, activity, type(fault), dict(fault.facts), now, now)
    if not _stored(held):
        _holding.hold(held)
        log.error("alert.held", code=fault.code, kind=kind.value, id=str(subject_id))


def _stored(held: Held) -> bool:
    try:
        flush_held()
        _store(held)
    except (OperationalError, InterfaceError):
        if not connection.in_atomic_block:
            close_old_connections()  # a broken one is not used again
        return False
    return True


def heal(
    kind: SubjectKind,
    subject_id: UUID,
    activity: str,
    codes: Collection[str] | None = None,
    *,
    last_seen_before: datetime | None = None,
) -> int:
    """Close the open alerts of that activity, or only those of these codes; how many were."""
    flush_held()
    alerts = Alert.objects.filter(
        subject_kind=kind, subject_id=subject_id, activity=activity, closed_on=None
    )
    if codes is not None:
        alerts = alerts.filter(code__in=codes)
    if last_seen_before is not None:
        alerts = alerts.filter(last_seen_on__lt=last_seen_before)
    if not alerts.exists():  # the usual case takes no write lock
        return 0
    return alerts.update(closed_on=Now())


def heal_all(kind: SubjectKind, activity: str, *, but: AnySubjects) -> int:
    """Close the open alerts of that activity, whatever they are about but these; how many stay."""
    flush_held()
    alerts = Alert.objects.filter(subject_kind=kind, activity=activity, closed_on=None)
    alerts.exclude(subject_id__in=but).update(closed_on=Now())
    return alerts.count()


def heal_codes(kind: SubjectKind, about: AnySubjects, codes: Collection[str]) -> None:
    """Close what is open of these codes about these subjects, whichever activity met it.

    For causes that a person just took away: the alert would tell of them until the next look.
    """
    flush_held()
    Alert.objects.filter(
        subject_kind=kind, subject_id__in=about, code__in=codes, closed_on=None
    ).update(closed_on=Now())


def flush_held() -> None:
    """Store what was held. Raises the database's error while it is still away."""
    while held := _holding.first():
        _store(held)
        _holding.drop(held)


def held_count() -> int:
    """How many alerts wait in this process for the store."""
    return len(_holding)


def _store(held: Held) -> None:
    with transaction.atomic():
        if _count(held):
            return
        alert = Alert(
            subject_kind=held.kind,
            subject_id=held.subject_id,
            activity=held.activity,
            code=held.fault.code,
            level=int(held.fault.level),
            facts=_json(held.facts),
            cause=cause_of(held.kind, held.subject_id, held.fault.code, held.facts),
            count=held.count,
            opened_on=held.opened_on,
            last_seen_on=held.last_seen_on,
        )
        Alert.objects.bulk_create([alert], ignore_conflicts=True)
        if not Alert.objects.filter(pk=alert.pk).exists():
            _count(held)  # another worker opened it at this moment


def _count(held: Held) -> int:
    open_one = Alert.objects.filter(
        subject_kind=held.kind,
        subject_id=held.subject_id,
        activity=held.activity,
        code=held.fault.code,
        closed_on=None,
    )
    return open_one.update(
        count=F("count") + held.count,
        facts=_json(held.facts),
        cause=cause_of(held.kind, held.subject_id, held.fault.code, held.facts),
        last_seen_on=Greatest(F("last_seen_on"), held.last_seen_on),
    )


def _json(facts: Facts) -> Facts:
    """PostgreSQL's jsonb holds no NUL, and a server's answer may."""
    return {
        name: value.replace("\x00", "�") if isinstance(value, str) else value
        for name, value in facts.items()
    }
