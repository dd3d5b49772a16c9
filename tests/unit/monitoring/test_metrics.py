"""The figures: well-formed, bounded in queries, and without any name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from passerelle.alerts.services import SubjectKind, record
from passerelle.faults.mailboxes import PasswordMissing
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.monitoring.services import metrics_text

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOST_QUERIES = 18
LABELS = {"kind", "outcome", "status", "what", "level", "enabled", "version"}


def figures() -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(metrics_text().decode())
        for sample in family.samples
    }


def test_what_is_there_is_counted() -> None:
    user = create_user_with_mailbox("Ann Example", "ann@company.example")
    mailbox = Mailbox.objects.get(systemuser=user)
    record(SubjectKind.MAILBOX, mailbox.pk, "incoming", PasswordMissing(owner=mailbox.name))
    found = figures()
    assert found["passerelle_mailboxes", "all"] == 1
    assert sum(n for (name, _), n in found.items() if name == "passerelle_alerts_open") == 1
    assert found["passerelle_workers", ""] == 0
    assert found["passerelle_store_bytes", ""] > 0


def test_nothing_is_named() -> None:
    create_user_with_mailbox("Ann Example", "ann@company.example")
    text = metrics_text().decode()
    assert "@" not in text
    assert "Ann" not in text
    families = text_string_to_metric_families(text)
    assert {label for one in families for sample in one.samples for label in sample.labels} <= (
        LABELS
    )


def test_the_queries_do_not_grow_with_what_is_stored() -> None:
    metrics_text()  # makes the rows of settings
    with CaptureQueriesContext(connection) as few:
        metrics_text()
    for number in range(5):
        create_user_with_mailbox(f"User {number}", f"u{number}@company.example")
    with CaptureQueriesContext(connection) as many:
        metrics_text()
    assert len(few) == len(many) <= MOST_QUERIES
