"""The exit status that each kind of fault gives."""

import pytest

from passerelle.commands.console.exits import Exit
from passerelle.commands.main import exit_of
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.faults.settings import AddressUnusable, RunsAlready
from passerelle.faults.store import DatabaseGone


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        pytest.param(DatabaseGone(answer="x"), Exit.NOT_NOW, id="database-away-try-again"),
        pytest.param(RunsAlready(folder="x", process="1"), Exit.NOT_NOW, id="another-runs"),
        pytest.param(AddressUnusable(address="x", reason="y"), Exit.SETTINGS, id="settings"),
        pytest.param(ConnectionLost(host="x", step="y"), Exit.FAILED, id="anything-else"),
    ],
)
def test_exit_of(fault: Fault, status: Exit) -> None:
    assert exit_of(fault) is status
