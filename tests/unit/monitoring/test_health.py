"""Readiness: what makes it, and that it is asked once a second."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.unit.monitoring.test_database import unreachable

from passerelle.engine.models import Worker
from passerelle.monitoring.services import Watch

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOST_QUERIES = 6  # clock twice, workers, work, and two for the table of migrations


def beat() -> None:
    now = timezone.now()
    Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)


def test_ready_with_a_worker_and_nothing_late() -> None:
    beat()
    assert Watch().readiness().ready


def test_not_ready_without_workers() -> None:
    found = Watch().readiness()
    assert not found.ready
    assert found.checks["workers"] == 0


def test_a_database_that_is_gone_is_an_answer() -> None:
    with unreachable():
        found = Watch().readiness()
    assert not found.ready
    assert found.checks == {"database": "PSR-STO-002"}


def test_many_askers_cost_one_look_a_second() -> None:
    beat()
    moment = [100.0]
    watch = Watch(lambda: moment[0])
    with CaptureQueriesContext(connection) as first:
        watch.readiness()
    assert len(first) <= MOST_QUERIES
    moment[0] += 0.9
    with CaptureQueriesContext(connection) as second:
        watch.readiness()
    assert len(second) == 0
    moment[0] += 0.2
    with CaptureQueriesContext(connection) as third:
        watch.readiness()
    assert 0 < len(third) < len(first)  # the migrations are not looked at again
