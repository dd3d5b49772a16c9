"""Workers, due work, leases, alerts, and what waits for people."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.unit.monitoring.conftest import codes

from passerelle.alerts.services import SYSTEM, SubjectKind, record
from passerelle.engine.models import Work, Worker
from passerelle.faults.monitoring import (
    AlertsOpen,
    LeasesStuck,
    NothingProcessed,
    WorkersSilent,
    WorkLate,
)
from passerelle.faults.store import WorkTooSlow
from passerelle.guids import new_guid
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import switch_processing
from passerelle.monitoring.checks import work

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def worker(age: timedelta = timedelta()) -> Worker:
    beat = timezone.now() - age
    return Worker.objects.create(host="h", pid=1, started_on=beat, heartbeat_on=beat)


def test_without_a_heartbeat_nothing_is_read() -> None:
    worker(timedelta(minutes=2))
    assert codes(work.workers()) == [WorkersSilent.code]
    worker()
    assert codes(work.workers()) == []


def test_work_that_just_became_due_is_not_late() -> None:
    now = timezone.now()
    row = Work.objects.create(kind="incoming", key=new_guid(), due_on=now - timedelta(seconds=30))
    assert codes(work.due_work()) == []
    Work.objects.filter(pk=row.pk).update(due_on=now - timedelta(minutes=7))
    found = list(work.due_work())
    assert codes(found) == [WorkLate.code]
    assert "7 minutes" in found[0].text


def test_late_work_that_runs_is_not_late() -> None:
    late = timezone.now() - timedelta(minutes=7)
    Work.objects.create(
        kind="incoming", key=new_guid(), due_on=late, worker=worker(), leased_on=timezone.now()
    )
    assert codes(work.due_work()) == []


def test_a_lease_that_never_ends_is_told() -> None:
    begun = timezone.now() - timedelta(minutes=31)
    Work.objects.create(kind="incoming", key=new_guid(), worker=worker(), leased_on=begun)
    assert codes(work.due_work()) == [LeasesStuck.code]


def test_open_alerts_are_counted_with_their_errors() -> None:
    record(SubjectKind.SYSTEM, SYSTEM, "work", WorkTooSlow(work="x", seconds=1))
    found = list(work.alerts())
    assert codes(found) == [AlertsOpen.code]
    assert found[0].text == "Open alerts: 1, errors among them: 0."


def test_the_router_processing_is_told_and_is_no_error() -> None:
    assert [one.code for one in work.processing()] == [NothingProcessed.code]
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, "admin")
    assert codes(work.processing()) == []
