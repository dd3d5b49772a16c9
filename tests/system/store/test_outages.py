"""The store fails under a real worker process: one alert, nothing lost, and it goes on."""

from contextlib import ExitStack

import pytest
from tests.system.servers.ports import free_port
from tests.system.servers.postgresql import postgresql
from tests.system.servers.processes import short_folder, unprivileged
from tests.system.store.conftest import Stage, until
from tests.system.store.stage import BOUND

from passerelle.faults.store import DatabaseGone, DiskFull


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_one_alert_and_loses_nothing(stage: Stage) -> None:
    stage.prepare()
    (stage.home / BOUND).touch()
    stage.deliver(range(40), size=20_000)
    with stage.worker() as worker:
        until(lambda: DiskFull.code in stage.log.read_text())
        assert stage.emails() == 0
        (stage.home / BOUND).unlink()
        until(lambda: stage.emails(hurried=True) == 40)
        until(lambda: stage.alerts() == [("system", DiskFull.code, True)])
        assert worker.poll() is None
    assert worker.returncode == 0


@pytest.mark.only_on("postgresql")
def test_a_lost_database_is_one_alert_and_work_goes_on_when_it_is_back(stage: Stage) -> None:
    port = free_port()
    with short_folder(unprivileged("postgres")) as folder, ExitStack() as running:
        with postgresql(data=folder / "data", port=port) as server:
            stage.url = server.url
            stage.prepare()
            stage.deliver(range(3))
            worker = running.enter_context(stage.worker())
            until(lambda: stage.emails(hurried=True) == 3)
            stage.deliver(range(3, 30))
        until(lambda: DatabaseGone.code in stage.log.read_text())
        stage.deliver(range(30, 40))
        with postgresql(data=folder / "data", port=port):
            until(lambda: stage.emails(hurried=True) == 40)
            until(lambda: stage.alerts() and all(closed for _, _, closed in stage.alerts()))
            told = {(kind, code) for kind, code, _ in stage.alerts()}
            assert told == {("system", DatabaseGone.code)}
            assert worker.poll() is None
            running.close()
            assert worker.returncode == 0
