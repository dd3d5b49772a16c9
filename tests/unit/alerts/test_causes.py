"""Open alerts by their cause: a dead server is one entry, whatever it stops."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passerelle.alerts.causes import cause_of, keys_of_cause, open_cause_count, open_causes
from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.alerts.recording import heal, record
from passerelle.faults import Facts, Fault, shared_cause
from passerelle.faults.mail.cycles import SomeRecipientsRefused
from passerelle.faults.mail.protocols import ConnectionLost, ConnectionRefused, LoginRefused
from passerelle.faults.mailboxes import ProfileMissing

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LOST = ConnectionLost(host="mail.example", step="listing")


@pytest.mark.parametrize(
    ("fault", "shared"),
    [
        pytest.param(LOST, "PSR-NET|host=mail.example", id="a server"),
        pytest.param(
            ConnectionLost(host="mail.example", step="reading"),
            "PSR-NET|host=mail.example",
            id="the same server at another step",
        ),
        pytest.param(
            ConnectionRefused(host="mail.example", port=993, answer="refused"),
            "PSR-NET|host=mail.example",
            id="the same server that takes no connection any more",
        ),
        pytest.param(
            LoginRefused(host="mail.example", account="service", answer="NO"),
            "PSR-SRV-001|host=mail.example|account=service",
            id="an account of a server",
        ),
        pytest.param(ProfileMissing(mailbox="Anna"), "", id="what a mailbox has for itself"),
        pytest.param(
            SomeRecipientsRefused(accepted=1, refused=1), "", id="what a person looks at one by one"
        ),
    ],
)
def test_what_alerts_of_one_cause_share(fault: Fault, shared: str) -> None:
    assert shared_cause(fault.code, fault.facts) == shared


def test_a_dead_server_is_one_entry() -> None:
    boxes = [uuid4() for _ in range(30)]
    for box in boxes:
        record(SubjectKind.MAILBOX, box, "incoming", LOST)
    record(SubjectKind.MAILBOX, boxes[0], "outgoing", ProfileMissing(mailbox="Anna"))
    with CaptureQueriesContext(connection) as captured:
        causes = open_causes()
    assert len(captured) == 2
    [dead] = [one for one in causes if one.newest.code == LOST.code]
    assert (dead.subjects, dead.count) == (30, 30)
    assert open_cause_count() == len(causes) == 2
    assert set(keys_of_cause(dead.key, SubjectKind.MAILBOX)) == set(boxes)


def test_a_server_that_breaks_connections_and_then_takes_none_is_one_entry() -> None:
    refused = ConnectionRefused(host="mail.example", port=993, answer="refused")
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    record(SubjectKind.MAILBOX, uuid4(), "incoming", refused)
    [dead] = open_causes()
    assert (dead.subjects, dead.newest.code) == (2, refused.code)


def test_the_worst_stands_first_and_pages_follow_one_another() -> None:
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    for number in range(5):
        record(SubjectKind.MAILBOX, uuid4(), "incoming", ProfileMissing(mailbox=f"Box {number}"))
    whole = open_causes()
    assert [one.level for one in whole] == sorted((one.level for one in whole), reverse=True)
    assert whole[0].level == AlertLevel.ERROR
    paged, after = [], ""
    while page := open_causes(limit=2, after=after):
        paged += page
        after = page[-1].position
    assert [one.key for one in paged] == [one.key for one in whole]


@pytest.mark.parametrize("position", ["x", "3_", "3_yesterday_k", "9" * 99, "3_20260101T000000Z"])
def test_a_position_that_is_none_begins_at_the_top(position: str) -> None:
    record(SubjectKind.MAILBOX, uuid4(), "incoming", LOST)
    assert len(open_causes(after=position)) <= 1


def test_the_cause_is_gone_with_the_last_of_its_alerts() -> None:
    first, second = uuid4(), uuid4()
    for box in (first, second):
        record(SubjectKind.MAILBOX, box, "incoming", LOST)
    heal(SubjectKind.MAILBOX, first, "incoming")
    assert open_causes()[0].subjects == 1
    heal(SubjectKind.MAILBOX, second, "incoming")
    assert open_causes() == []


def test_an_alert_that_moves_to_another_server_moves_to_its_cause() -> None:
    box = uuid4()
    record(SubjectKind.MAILBOX, box, "incoming", LOST)
    record(SubjectKind.MAILBOX, box, "incoming", ConnectionLost(host="mx.example", step="listing"))
    facts: Facts = {"host": "mx.example", "step": "listing"}
    expected = cause_of(SubjectKind.MAILBOX, box, LOST.code, facts)
    assert Alert.objects.get().cause == expected
