"""Two mailboxes that read the same messages at the same moment, in two workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.alerts.models import Alert
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.engine.services import ask, run_due
from passerelle.sync.incoming import cycle, recording
from passerelle.sync.incoming.deciding import Judged, judge
from passerelle.sync.models import Place, Quarantine

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    # A database in memory has one connection, and SQLite one writer anyway.
    pytest.mark.only_on("postgresql"),
]
BOTH = "anna@example.com, orders@example.com"


def read_both(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both decide before either writes: the worst moment, made certain for the first batch."""
    barrier = Barrier(2)
    waited: list[int] = []

    def together(*arguments: object) -> list[Judged]:
        judged = judge(*arguments)  # type: ignore[arg-type]
        if len(waited) < 2:
            waited.append(1)
            barrier.wait(60)
        return judged

    def work() -> None:
        try:
            run_due(limit=1)
        finally:
            connections.close_all()

    monkeypatch.setattr(recording, "judge", together)
    for mailbox in (company.anna, company.orders):
        ask(cycle.KIND, mailbox.pk)
    calls: list[Callable[[], None]] = [work, work]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def test_the_same_messages_in_opposite_orders(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = [bytes(Letter(number, to=BOTH)) for number in range(100)]
    for data in letters:
        company.inbox.deliver(data)
    for data in reversed(letters):
        company.orders_inbox.deliver(data)
    read_both(company, monkeypatch)
    assert Email.objects.count() == len(letters)
    assert Place.objects.count() == 2 * len(letters)
    assert not Quarantine.objects.exists()
    assert not Alert.objects.exists()


def test_the_same_message_completed_twice(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, full = Letter(1, to=BOTH), Letter(1, to=BOTH, parts=("a", "b"))
    company.inbox.deliver(bytes(bare))
    company.read()
    company.inbox.deliver(bytes(full))
    company.orders_inbox.deliver(bytes(full))
    read_both(company, monkeypatch)
    assert Email.objects.get().attachment_count == 2
    assert ActivityMimeAttachment.objects.count() == 2
    assert not Quarantine.objects.exists()
    assert not Alert.objects.exists()
