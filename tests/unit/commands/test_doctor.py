"""`passerelle doctor`: what it looks at, and its exit status."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from passerelle.commands.app import app
from passerelle.commands.checks import Outcome, examine
from passerelle.configuration import Config, load_config
from passerelle.engine.workers import enlist
from passerelle.mailboxes.models import Credential

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def outcomes(config: Config) -> dict[str, Outcome]:
    return {finding.name: finding.outcome for finding in examine(config)}


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    monkeypatch.setenv("PASSERELLE_HOME", str(tmp_path))
    monkeypatch.setenv("PASSERELLE_LISTEN", "127.0.0.1:0")
    return load_config()


def test_without_workers_it_warns(config: Config) -> None:
    assert outcomes(config)["Workers"] is Outcome.WARN
    enlist()
    assert outcomes(config)["Workers"] is Outcome.OK


def test_a_key_file_that_others_read_fails(config: Config) -> None:
    config.key_file.touch(mode=0o644)
    result = CliRunner().invoke(app, ["--json", "doctor"])
    assert result.exit_code == 1
    found = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert found["Key file"]["outcome"] == "fail"
    assert "chmod 600" in found["Key file"]["remedy"]


def test_a_password_that_cannot_be_decrypted_fails(config: Config) -> None:
    Credential.objects.create(username="a", ciphertext=b"x" * 40, key_id="gone")
    assert outcomes(config)["Stored passwords"] is Outcome.FAIL
