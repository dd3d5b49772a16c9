"""Alerts are opened, counted, closed, and never lost while the store is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.alerts.recording import flush_held, heal, heal_all, held_count, record
from passerelle.faults.mail.protocols import ConnectionLost, LoginRefused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BOX = uuid4()
LOST = ConnectionLost(host="mail.example", step="listing")
REFUSED = LoginRefused(host="mail.example", account="a", answer="NO")


@contextmanager
def store_away() -> Iterator[None]:
    """No statement reaches the database within the block."""

    def refuse(*_: Any) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        yield


def test_opens_with_code_facts_and_level() -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    alert = Alert.objects.get()
    assert (alert.code, alert.count, alert.level) == (LOST.code, 1, AlertLevel.WARNING)
    assert alert.facts == {"host": "mail.example", "step": "listing"}
    assert alert.closed_on is None


def test_the_same_again_is_counted_with_the_latest_facts() -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    record(SubjectKind.MAILBOX, BOX, "incoming", ConnectionLost(host="mx.example", step="reading"))
    alert = Alert.objects.get()
    assert (alert.count, alert.facts["host"]) == (2, "mx.example")
    assert alert.last_seen_on >= alert.opened_on


@pytest.mark.parametrize(
    ("kind", "subject", "activity"),
    [
        pytest.param(SubjectKind.PROFILE, BOX, "incoming", id="another-kind"),
        pytest.param(SubjectKind.MAILBOX, uuid4(), "incoming", id="another-subject"),
        pytest.param(SubjectKind.MAILBOX, BOX, "outgoing", id="another-activity"),
    ],
)
def test_others_are_alerts_of_their_own(kind: SubjectKind, subject: Any, activity: str) -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    record(kind, subject, activity, LOST)
    assert Alert.objects.filter(count=1).count() == 2


def test_healing_closes_all_of_the_activity() -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    record(SubjectKind.MAILBOX, BOX, "incoming", REFUSED)
    record(SubjectKind.MAILBOX, BOX, "outgoing", LOST)
    assert heal(SubjectKind.MAILBOX, BOX, "incoming") == 2
    assert Alert.objects.get(closed_on=None).activity == "outgoing"
    assert heal(SubjectKind.MAILBOX, BOX, "incoming") == 0


def test_healing_may_be_for_some_codes_only() -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    record(SubjectKind.MAILBOX, BOX, "incoming", REFUSED)
    heal(SubjectKind.MAILBOX, BOX, "incoming", codes=[LOST.code])
    assert Alert.objects.get(closed_on=None).code == REFUSED.code


def test_after_healing_a_new_one_is_opened() -> None:
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    heal(SubjectKind.MAILBOX, BOX, "incoming")
    record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    assert Alert.objects.count() == 2
    assert Alert.objects.get(closed_on=None).count == 1


def test_held_while_the_store_is_away_and_stored_when_it_is_back() -> None:
    with store_away():
        record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
        record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
        with pytest.raises(OperationalError):
            flush_held()
    assert held_count() == 1
    record(SubjectKind.MAILBOX, BOX, "outgoing", REFUSED)
    assert held_count() == 0
    held = Alert.objects.get(activity="incoming")
    assert held.count == 2
    assert held.opened_on < held.last_seen_on
    assert Alert.objects.filter(activity="outgoing").exists()


def test_what_healed_meanwhile_is_stored_and_closed() -> None:
    with store_away():
        record(SubjectKind.MAILBOX, BOX, "incoming", LOST)
    assert heal(SubjectKind.MAILBOX, BOX, "incoming") == 1
    assert Alert.objects.get().closed_on is not None


def test_an_answer_with_nul_can_be_stored() -> None:
    record(
        SubjectKind.MAILBOX,
        BOX,
        "incoming",
        LoginRefused(host="mail.example", account="a", answer="NO\x00"),
    )
    assert Alert.objects.get().facts["answer"] == "NO�"


def test_all_of_one_activity_are_closed_but_some() -> None:
    others = [uuid4(), uuid4()]
    for subject in (BOX, *others):
        record(SubjectKind.MAILBOX, subject, "incoming", LOST)
    record(SubjectKind.MAILBOX, others[0], "outgoing", LOST)
    assert heal_all(SubjectKind.MAILBOX, "incoming", but=[BOX]) == 1
    still = Alert.objects.filter(closed_on=None).values_list("subject_id", "activity")
    assert set(still) == {(BOX, "incoming"), (others[0], "outgoing")}
    assert heal_all(SubjectKind.MAILBOX, "incoming", but=()) == 0
