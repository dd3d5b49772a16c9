"""A fault of our own store is one alert, whoever met it, and closes when the store is back."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.recording import SYSTEM, record
from passerelle.alerts.store_alerts import QUIET, store_answered, store_failed, store_took_mail
from passerelle.faults.store import DatabaseGone, DiskFull, StoreAway, WorkBroken

pytestmark = [pytest.mark.django_db, pytest.mark.database]
GONE = DatabaseGone(answer="no route")
FULL = DiskFull(answer="database or disk is full")


def grow_old() -> None:
    """The last failed try was longer ago than tries are apart."""
    moved = F("last_seen_on") - QUIET - timedelta(seconds=1)
    Alert.objects.update(last_seen_on=moved)


def test_whoever_tells_of_it_it_is_one_alert() -> None:
    record(SubjectKind.MAILBOX, uuid4(), "incoming", GONE)
    record(SubjectKind.MAILBOX, uuid4(), "outgoing", GONE)
    store_failed(GONE)
    alert = Alert.objects.get()
    assert (alert.subject_kind, alert.subject_id, alert.count) == (SubjectKind.SYSTEM, SYSTEM, 3)


def test_an_error_of_ours_in_one_piece_of_work_is_its_mailboxes() -> None:
    mailbox = uuid4()
    record(SubjectKind.MAILBOX, mailbox, "incoming", WorkBroken(work="incoming", error="KeyError"))
    assert Alert.objects.get().subject_id == mailbox


@pytest.mark.parametrize(
    ("fault", "happens", "open_ones"),
    [
        pytest.param(GONE, [store_answered], 0, id="a beat closes a lost database"),
        pytest.param(FULL, [store_answered], 1, id="a beat may fit on a full disk"),
        pytest.param(FULL, [grow_old, store_answered], 0, id="a quiet while ends a full disk"),
        pytest.param(FULL, [store_took_mail], 0, id="written mail ends a full disk"),
        pytest.param(GONE, [store_took_mail], 0, id="written mail ends a lost database"),
    ],
)
def test_when_it_closes(
    fault: StoreAway, happens: list[Callable[[], None]], open_ones: int
) -> None:
    store_failed(fault)
    for step in happens:
        step()
    assert Alert.objects.filter(closed_on=None).count() == open_ones
