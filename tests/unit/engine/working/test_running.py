"""What becomes of work, by what its function does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs
from tests.unit.engine.conftest import KIND, Chore

from passerelle.engine.asking import ask, state_of
from passerelle.engine.clock import database_now
from passerelle.engine.crash_points import Killed
from passerelle.engine.leases.lease import Again
from passerelle.engine.models import Host, Worker
from passerelle.engine.working.running import run_due
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import ConnectionLost, FolderMissing, MessageRefused
from passerelle.faults.profiles import SignInsPaced
from passerelle.faults.store import DatabaseGone, LeaseLost

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KEY = uuid4()
LOST = ConnectionLost(host="mail.example", step="listing")


def test_rests_when_it_says_so(chore: Chore) -> None:
    ask(KIND, KEY)
    assert run_due() == 1
    assert state_of(KIND, [KEY])[KEY].due_on is None
    assert run_due() == 0


def test_is_due_again_when_it_says_so(chore: Chore) -> None:
    chore.outcomes = [Again(60)]
    ask(KIND, KEY)
    run_due()
    due = state_of(KIND, [KEY])[KEY].due_on
    assert due is not None
    assert 50 < (due - database_now()).total_seconds() <= 60


def test_runs_until_nothing_is_due(chore: Chore) -> None:
    chore.outcomes = [Again(0), Again(0)]
    ask(KIND, KEY)
    assert run_due() == 3


def test_a_limit_ends_it(chore: Chore) -> None:
    chore.outcomes = [Again(0)] * 5
    ask(KIND, KEY)
    assert run_due(limit=2) == 2


@pytest.mark.parametrize(
    ("fault", "comes_back"),
    [
        pytest.param(LOST, True, id="soon-comes-back-by-itself"),
        pytest.param(
            FolderMissing(folder="INBOX", account="a"), False, id="after-change-rests-until-asked"
        ),
        pytest.param(MessageRefused(host="mail.example", answer="554"), False, id="never-rests"),
    ],
)
def test_a_fault_decides_about_the_next_try(fault: Fault, comes_back: bool, chore: Chore) -> None:
    chore.outcomes = [fault]
    ask(KIND, KEY)
    run_due()
    state = state_of(KIND, [KEY])[KEY]
    assert (state.due_on is not None) == comes_back
    assert (state.attempts, state.last_code) == (1, fault.code)
    assert chore.failures == [fault]


def test_what_waits_for_its_turn_has_not_failed(chore: Chore) -> None:
    chore.outcomes = [LOST, SignInsPaced(host="mail.example")]
    Host.objects.create(host="mail.example", next_on=database_now() + timedelta(seconds=20))
    for _ in chore.outcomes[:]:
        ask(KIND, KEY)
        run_due()
    state = state_of(KIND, [KEY])[KEY]
    assert chore.failures == [LOST]
    assert (state.attempts, state.last_code) == (1, LOST.code)
    assert state.due_on is not None
    assert 10 < (state.due_on - database_now()).total_seconds() <= 20


def test_gaps_grow(chore: Chore) -> None:
    gaps = []
    for _ in range(4):
        chore.outcomes = [LOST]
        ask(KIND, KEY)
        run_due()
        due = state_of(KIND, [KEY])[KEY].due_on
        assert due is not None
        gaps.append((due - database_now()).total_seconds())
    assert gaps == sorted(gaps)
    assert gaps[0] > 50
    assert gaps[-1] > 400


def test_an_error_of_ours_keeps_the_work_and_raises_an_alert(chore: Chore) -> None:
    chore.outcomes = [ZeroDivisionError("secret detail")]
    ask(KIND, KEY)
    run_due()
    assert state_of(KIND, [KEY])[KEY].due_on is not None
    (fault,) = chore.failures
    assert fault.code == "PSR-STO-005"
    assert "secret detail" not in str(fault)


def test_a_database_error_is_told_as_what_it_is(chore: Chore) -> None:
    chore.outcomes = [OperationalError("the connection is closed")]
    ask(KIND, KEY)
    with capture_logs() as told:
        run_due()
    assert [type(fault) for fault in chore.failures] == [DatabaseGone]
    assert "work.broken" not in {entry["event"] for entry in told}  # no error of ours


def test_a_lost_lease_is_nobodys_failure(chore: Chore) -> None:
    chore.outcomes = [LeaseLost(work="chore")]
    ask(KIND, KEY)
    run_due()
    assert chore.failures == []


def test_one_broken_work_does_not_stop_the_others(chore: Chore) -> None:
    chore.outcomes = [ZeroDivisionError(), Again(None)]
    ask(KIND, KEY)
    ask(KIND, uuid4())
    assert run_due() == 2


def test_after_a_kill_the_next_run_goes_on(chore: Chore) -> None:
    chore.outcomes = [Killed("here")]
    ask(KIND, KEY)
    with pytest.raises(Killed):
        run_due()
    assert not Worker.objects.exists()
    assert run_due() == 1
    assert [lease.epoch for lease in chore.leases] == [1, 2]
