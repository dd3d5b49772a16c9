"""The due table in figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine.figures import leases_longer_than, work_figures
from passerelle.engine.models import Work, Worker
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.usefixtures("chore")
def test_a_kind_without_work_is_told_with_zeros() -> None:
    figures = {one.kind: one for one in work_figures()}
    assert (figures[KIND].due, figures[KIND].oldest_seconds) == (0, 0.0)


def test_due_late_running_and_failing_are_apart(chore: Chore) -> None:
    now = timezone.now()
    worker = Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    rows: list[dict[str, Any]] = [
        {"due_on": now - timedelta(minutes=10), "attempts": 3},
        {"due_on": now - timedelta(seconds=10)},
        {"due_on": now + timedelta(hours=1), "last_finished_on": now},
        {"due_on": now - timedelta(minutes=10), "worker": worker, "leased_on": now},
        {"due_on": None},
    ]
    for row in rows:
        Work.objects.create(kind=KIND, key=new_guid(), **row)
    found = next(one for one in work_figures() if one.kind == KIND)
    assert (found.due, found.late, found.running, found.failing) == (2, 1, 1, 1)
    assert found.finished_lately == 1
    assert 590 < found.oldest_seconds < 700


def test_only_old_leases_are_long() -> None:
    now = timezone.now()
    worker = Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    for minutes in (5, 40):
        Work.objects.create(
            kind=KIND, key=new_guid(), worker=worker, leased_on=now - timedelta(minutes=minutes)
        )
    assert leases_longer_than(1800.0) == 1
