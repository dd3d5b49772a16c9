"""The page Health, and what monitors are answered."""

import json
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from passerelle.engine.models import Worker
from passerelle.monitoring.services import watch

pytestmark = [pytest.mark.django_db, pytest.mark.database]
STRANGE_HOST = "10.1.2.3"  # of a container: in no setting


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_kept", None)


def test_live_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(reverse("web:health-live"), headers={"host": STRANGE_HOST})
    assert (response.status_code, json.loads(response.content)) == (200, {"live": True})
    assert len(queries) == 0


def test_live_ignores_a_cookie() -> None:
    client = Client()
    client.cookies["passerelle-session"] = "x" * 32
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("web:health-live"))
    assert len(queries) == 0


def test_ready_says_what_is_missing() -> None:
    response = Client().get(reverse("web:health-ready"), headers={"host": STRANGE_HOST})
    assert response.status_code == 503
    assert json.loads(response.content)["checks"]["workers"] == 0


def test_ready_with_a_worker() -> None:
    now = timezone.now()
    Worker.objects.create(host="h", pid=1, started_on=now, heartbeat_on=now)
    response = Client().get(reverse("web:health-ready"))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_monitors_only_read() -> None:
    assert Client().post(reverse("web:health-live")).status_code == 405


def test_without_a_setting_there_are_no_metrics() -> None:
    assert Client().get(reverse("web:metrics")).status_code == 404


def test_with_the_token_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    allowing = replace(settings.PASSERELLE, metrics_token="a-token-of-some-length")
    monkeypatch.setattr(settings, "PASSERELLE", allowing)
    response = Client().get(
        reverse("web:metrics"), headers={"authorization": "Bearer a-token-of-some-length"}
    )
    assert response.status_code == 200
    assert b"passerelle_workers 0.0" in response.content


def test_the_page_tells_the_worst_first(as_administrator: Client) -> None:
    page = as_administrator.get(reverse("web:health")).content.decode()
    assert page.index("PSR-MON-001") < page.index("UTC")
    assert "Start passerelle run" in page
