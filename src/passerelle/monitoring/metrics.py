"""Figures for Prometheus, computed from the database when they are asked for.

Every query is bounded by an index or a count; no label holds a name, an address or a subject.
The exposition format is prometheus.io/docs/instrumenting/exposition_formats.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from passerelle import __version__
from passerelle.alerts.services import AlertLevel, open_by_level
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.engine.services import store_faults, work_figures, workers_alive
from passerelle.mailboxes.models import Mailbox, Refusal
from passerelle.sync.services import traffic_since, waiting_for_person
from passerelle.upkeep.services import standing, upkeep_settings

WINDOW = timedelta(minutes=5)
DAY = timedelta(days=1)


def metrics_text() -> bytes:
    """All figures in the text format. Raises `StoreFault`."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation())
    with store_faults():
        return generate_latest(registry)


class _Installation(Collector):
    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("passerelle", "The version that runs.", {"version": __version__})
        yield from _work()
        yield from _mail()
        yield from _people()
        yield from _upkeep()
        yield _plain("passerelle_store_bytes", "Size of the database.", _store_bytes())


def _work() -> Iterator[Metric]:
    yield _plain("passerelle_workers", "Workers whose heart beats.", workers_alive())
    figures = work_figures()
    told = {
        "passerelle_work_due": ("Work that is due and not begun.", "due"),
        "passerelle_work_late": ("Work that is due for two minutes and not begun.", "late"),
        "passerelle_work_running": ("Work in the hands of a worker.", "running"),
        "passerelle_work_failing": ("Work whose last try failed.", "failing"),
        "passerelle_work_oldest_due_seconds": ("How long the first waits.", "oldest_seconds"),
        "passerelle_work_finished_last_minute": ("Work done a minute.", "finished_lately"),
    }
    for name, (text, field) in told.items():
        rows = {one.kind: float(getattr(one, field)) for one in figures}
        yield _labelled(name, text, "kind", rows)


def _mail() -> Iterator[Metric]:
    lately = traffic_since(timezone.now() - WINDOW)
    yield _labelled(
        "passerelle_messages_decided_last_5_minutes",
        "Messages that came, by what became of them.",
        "outcome",
        {outcome.value: float(count) for outcome, count in lately.decided.items()},
    )
    day = traffic_since(timezone.now() - DAY)
    yield _labelled(
        "passerelle_emails_written_last_day",
        "Emails written within a day, by how far they came.",
        "status",
        {EmailStatus(status).name.lower(): float(n) for status, n in day.written.items()},
    )
    waits = waiting_for_person()
    yield _labelled(
        "passerelle_waiting",
        "What waits, each counted up to 10000.",
        "what",
        {"to_send": waits.to_send, "unknown": waits.unknown, "quarantined": waits.quarantined},
    )


def _people() -> Iterator[Metric]:
    levels = open_by_level()
    rows = {level.name.lower(): float(levels.get(level, 0)) for level in AlertLevel}
    yield _labelled("passerelle_alerts_open", "Open alerts.", "level", rows)
    boxes = Mailbox.objects.aggregate(
        all=Count("pk"),
        incoming=Count("pk", filter=Q(enabled_for_incoming=True)),
        outgoing=Count("pk", filter=Q(enabled_for_outgoing=True)),
    )
    yield _labelled("passerelle_mailboxes", "Mailboxes: all, and enabled ones.", "enabled", boxes)
    refused = Refusal.objects.count()
    yield _plain("passerelle_credentials_refused", "Sign-ins that servers refuse.", refused)
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).count()
    yield _plain("passerelle_sessions_open", "Sessions of people at the pages.", open_ones)


def _upkeep() -> Iterator[Metric]:
    copy = float(standing().is_copy)
    yield _plain("passerelle_is_copy", "1: a copy of an installation, which rests.", copy)
    last = upkeep_settings().last_backup_on
    family = GaugeMetricFamily("passerelle_backup_age_seconds", "Age of the last backup.")
    if last is not None:
        family.add_metric([], (timezone.now() - last).total_seconds())
    yield family


def _store_bytes() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        size: int = cursor.fetchone()[0]
        return size


def _plain(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _labelled(name: str, text: str, label: str, rows: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in rows.items():
        family.add_metric([value], count)
    return family
