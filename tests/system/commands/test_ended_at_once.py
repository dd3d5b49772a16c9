"""The command as a process: settings, usage and a database that end it at once."""

import os
import subprocess
import sys
from pathlib import Path

from passerelle.commands.console.exits import Exit


def ended(home: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PASSERELLE_HOME": str(home)} | settings
    command = [sys.executable, "-m", "passerelle", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_wrong_setting_is_told_without_a_traceback(tmp_path: Path) -> None:
    result = ended(tmp_path, "doctor", PASSERELLE_THREADS="many")
    assert result.returncode == Exit.SETTINGS
    assert "PSR-SET-001" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_usage_has_its_own_status(tmp_path: Path) -> None:
    assert ended(tmp_path, "dance").returncode == Exit.USAGE


def test_a_database_that_is_behind_is_said_so(tmp_path: Path) -> None:
    result = ended(tmp_path, "mailboxes", "list", PASSERELLE_DATABASE_URL="")
    assert result.returncode == Exit.NOT_NOW
    assert "PSR-STO-006" in result.stderr
