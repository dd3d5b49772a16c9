"""A worker that was stopped beyond its lease and continued cannot write. Nor does one get stuck."""

import os
import signal
from pathlib import Path

import pytest
from tests.system.engine.conftest import Stage, until

pytestmark = [pytest.mark.database]
ASK = "from passerelle.engine.services import ask\nfrom uuid import UUID\nask('tally', UUID(int=7))"
LEASE_SECONDS = 1.0
LONG_LEASE_SECONDS = 60.0


def began(stage: Stage, pid: int) -> Path:
    return stage.folder / f"began-{pid}"


def go(stage: Stage) -> None:
    (stage.folder / "go").touch()


def test_a_woken_worker_is_fenced(stage: Stage) -> None:
    stage.django(ASK)
    stopped = stage.worker(LEASE_SECONDS)
    until(began(stage, stopped.pid).exists)
    os.kill(stopped.pid, signal.SIGSTOP)
    second = stage.worker(LEASE_SECONDS)
    until(began(stage, second.pid).exists)  # it took the work over
    go(stage)
    until(lambda: stage.sql("SELECT * FROM tally"))
    os.kill(stopped.pid, signal.SIGCONT)
    until((stage.folder / f"fenced-{stopped.pid}").exists)
    assert stage.sql("SELECT pid, epoch FROM tally") == [(second.pid, 2)]
    until(lambda: stage.sql("SELECT COUNT(*) FROM engineworker") == [(2,)])  # it enlists anew


def test_a_woken_worker_is_fenced_while_the_other_still_works(stage: Stage) -> None:
    stage.django(ASK)
    stopped = stage.worker(LEASE_SECONDS)
    until(began(stage, stopped.pid).exists)
    os.kill(stopped.pid, signal.SIGSTOP)
    second = stage.worker(LEASE_SECONDS)
    until(began(stage, second.pid).exists)
    os.kill(second.pid, signal.SIGSTOP)  # so that the first one comes to the fence alone
    go(stage)
    os.kill(stopped.pid, signal.SIGCONT)
    until((stage.folder / f"fenced-{stopped.pid}").exists)
    os.kill(second.pid, signal.SIGCONT)
    until(lambda: _rested(stage))
    assert len(stage.sql("SELECT * FROM tally")) == 1


def _rested(stage: Stage) -> bool:
    return stage.sql("SELECT workerid, dueon FROM enginework") == [(None, None)]


def test_a_worker_that_was_killed_is_replaced(stage: Stage) -> None:
    stage.django(ASK)
    killed = stage.worker(LEASE_SECONDS)
    until(began(stage, killed.pid).exists)
    killed.kill()
    second = stage.worker(LEASE_SECONDS)
    go(stage)
    until(lambda: _rested(stage))
    assert stage.sql("SELECT pid, epoch FROM tally") == [(second.pid, 2)]


def test_sigterm_lets_running_work_end(stage: Stage) -> None:
    stage.django(ASK)
    worker = stage.worker(LONG_LEASE_SECONDS)
    until(began(stage, worker.pid).exists)
    worker.terminate()
    go(stage)
    assert worker.wait(120) == 0
    assert stage.sql("SELECT pid, epoch FROM tally") == [(worker.pid, 1)]
    assert stage.sql("SELECT COUNT(*) FROM engineworker") == [(0,)]


def test_sigterm_gives_back_what_does_not_end(stage: Stage) -> None:
    stage.django(ASK)
    worker = stage.worker(LONG_LEASE_SECONDS)
    until(began(stage, worker.pid).exists)
    worker.terminate()
    assert worker.wait(120) == 1
    second = stage.worker(LONG_LEASE_SECONDS)  # it does not wait for a lease to run out
    go(stage)
    until(lambda: _rested(stage))
    assert stage.sql("SELECT pid, epoch FROM tally") == [(second.pid, 2)]


def test_work_that_hangs_is_reported_and_ends_the_process(stage: Stage) -> None:
    stage.django(ASK)
    worker = stage.worker(LONG_LEASE_SECONDS, 0.1, 0.2)
    assert worker.wait(120) == 1
    assert (stage.folder / "failed-PSR-STO-004").exists()
    assert stage.sql("SELECT lastcode, attempts FROM enginework") == [("PSR-STO-004", 1)]
    go(stage)


@pytest.mark.only_on("postgresql")  # SQLite has no server that could go away
def test_a_worker_that_loses_its_connections_goes_on(stage: Stage) -> None:
    stage.django(ASK)
    worker = stage.worker(LONG_LEASE_SECONDS)
    until(began(stage, worker.pid).exists)
    stage.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    go(stage)
    until(lambda: _rested(stage) or _failed(stage))
    began(stage, worker.pid).unlink()
    stage.django(ASK)
    until(lambda: began(stage, worker.pid).exists() and _rested(stage))
    assert worker.poll() is None


def _failed(stage: Stage) -> bool:
    return stage.sql("SELECT lastcode FROM enginework") == [("PSR-STO-002",)]
