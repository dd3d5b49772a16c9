"""`passerelle doctor`: its lines, its JSON and its exit status."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerelle.commands.app import app
from passerelle.engine.working.workers import enlist

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("PASSERELLE_HOME", str(tmp_path))
    monkeypatch.setenv("PASSERELLE_LISTEN", "127.0.0.1:0")
    return tmp_path


def found(*words: str) -> dict[str, dict[str, str]]:
    result = CliRunner().invoke(app, ["--json", "doctor", *words])
    return {finding["name"]: finding for finding in json.loads(result.stdout)}


def test_without_workers_it_fails_and_says_what_to_do() -> None:
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "PSR-MON-001" in result.stdout
    assert "Start passerelle run" in result.stdout
    enlist()
    assert found()["Workers"]["outcome"] == "ok"


def test_a_warning_fails_only_when_asked_for(home: Path) -> None:
    enlist()
    home.chmod(0o755)
    assert found()["Home folder"]["outcome"] == "warn"
    assert CliRunner().invoke(app, ["doctor", "--strict"]).exit_code == 1


def test_a_key_file_that_others_read_fails(home: Path) -> None:
    (home / "passerelle.key").touch(mode=0o644)
    told = found()["Key file"]
    assert told["outcome"] == "fail"
    assert "chmod 600" in told["remedy"]


def test_the_address_of_the_web_server_is_free() -> None:
    assert found()["Web server"]["outcome"] == "ok"


def test_a_deep_look_finds_nothing_more_in_a_good_database() -> None:
    assert found("--deep")["Integrity"]["outcome"] == "ok"
