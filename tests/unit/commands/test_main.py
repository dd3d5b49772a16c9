"""The exit status that each kind of fault gives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from passerelle import __version__
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


def test_it_says_which_version_it_is() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "passerelle", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"Passerelle {__version__}\n"


def test_help_is_in_the_language_of_the_console(tmp_path: Path) -> None:
    environment = {**os.environ, "PASSERELLE_HOME": str(tmp_path), "LC_ALL": "fr_FR.UTF-8"}
    environment.pop("PASSERELLE_LANGUAGE", None)
    told = subprocess.run(
        [sys.executable, "-m", "passerelle", "backup", "--help"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Mettre toute l’installation dans un fichier." in told.stdout
    assert "[obligatoire]" in told.stdout
