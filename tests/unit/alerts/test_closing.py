"""A person closes what happened once; what closes by itself nobody can hide."""

from uuid import uuid4

import pytest

from passerelle.alerts.closing import close, is_done_by_hand
from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.recording import record
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import AllRecipientsRefused, SomeRecipientsRefused
from passerelle.faults.mail.protocols import ConnectionLost, LoginRefused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def alert_of(fault: Fault) -> Alert:
    record(SubjectKind.EMAIL, uuid4(), "outgoing", fault)
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("fault", "by_hand"),
    [
        pytest.param(
            SomeRecipientsRefused(accepted=1, refused=1), True, id="an email that some did not get"
        ),
        pytest.param(
            AllRecipientsRefused(refused=1, answer="550"), True, id="an email that nobody got"
        ),
        pytest.param(
            ConnectionLost(host="mail.example", step="x"), False, id="a server that comes back"
        ),
        pytest.param(
            LoginRefused(host="mail.example", account="a", answer="NO"),
            False,
            id="credentials to be changed",
        ),
    ],
)
def test_who_closes_it(fault: Fault, *, by_hand: bool) -> None:
    alert = alert_of(fault)
    assert is_done_by_hand(alert) == by_hand
    assert close(alert, "admin") == by_hand
    alert.refresh_from_db()
    assert (alert.closed_on is not None) == by_hand
    assert alert.closed_by == ("admin" if by_hand else "")
    assert not is_done_by_hand(alert)


def test_the_first_who_closes_it_stays_written() -> None:
    alert = alert_of(SomeRecipientsRefused(accepted=1, refused=1))
    stale = Alert.objects.get()
    assert close(alert, "admin")
    assert not close(stale, "another")
    assert Alert.objects.get().closed_by == "admin"


def test_what_happens_again_is_a_new_alert() -> None:
    fault = SomeRecipientsRefused(accepted=1, refused=1)
    alert = alert_of(fault)
    close(alert, "admin")
    record(SubjectKind.EMAIL, alert.subject_id, "outgoing", fault)
    assert Alert.objects.filter(closed_on=None).count() == 1


def test_an_alert_of_a_newer_version_can_be_closed() -> None:
    alert = alert_of(ConnectionLost(host="mail.example", step="x"))
    Alert.objects.update(code="PSR-NEW-999")
    alert.refresh_from_db()
    assert close(alert, "admin")
