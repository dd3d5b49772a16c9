"""`passerelle waves` by its command line, on a real database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.mailboxes.waves.company import Company, at_work
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.commands.main import exit_of
from passerelle.faults import Fault
from passerelle.mailboxes.models import WavePlan
from passerelle.mailboxes.models.waves import PlanState

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def company() -> Iterator[Company]:
    with at_work() as company:
        yield company


def passerelle(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def told(*words: str) -> Any:
    result = passerelle("--json", *words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def test_from_a_plan_to_its_end() -> None:
    plan = told("waves", "plan", "Night", "--size", "3", "--hours", "20:00-06:00")
    assert (plan["mailboxes"], plan["waves"], len(plan["list"])) == (8, 3, 3)
    for command, state in (
        ("start", PlanState.RUNNING),
        ("pause", PlanState.PAUSED),
        ("continue", PlanState.RUNNING),
        ("stop", PlanState.STOPPED),
    ):
        told("waves", command, "Night")
        assert WavePlan.objects.get().state == state
    assert told("waves", "show")[0]["name"] == "Night"
    assert "Night" in passerelle("waves", "show", plan["id"]).stdout
    assert "Night" in passerelle("waves", "show").stdout


def test_a_list_and_filters_choose(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("user1@example.com\nwho@example.com\n", encoding="utf-8")
    plan = told("waves", "plan", "List", "--list", str(file))
    assert (plan["mailboxes"], plan["unknown"]) == (1, ["who@example.com"])
    assert "who@example.com" in passerelle("waves", "show", "List").stdout
    assert told("waves", "plan", "Q", "--kind", "queues", "--profile", "Example")["mailboxes"] == 3
    assert told("waves", "plan", "One", "--queue", "Queue 1")["mailboxes"] == 1
    assert told("waves", "plan", "Words", "--search", "user 2")["mailboxes"] == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["plan", "X", "--hours", "always"], "PSR-WAV-007", id="hours"),
        pytest.param(["plan", "X", "--search", "nobody"], "PSR-WAV-001", id="nobody"),
        pytest.param(["start", "Nothing"], "PSR-WAV-006", id="no-such-plan"),
        pytest.param(["plan", "X", "--queue", "None"], "", id="no-such-queue"),
        pytest.param(["plan", "X", "--kind", "cats"], "", id="no-such-kind"),
        pytest.param(["plan", "X", "--list", "/nonexistent"], "", id="no-such-file"),
    ],
)
def test_what_is_not_clear_changes_nothing(words: list[str], status: str) -> None:
    result = passerelle("waves", *words)
    if status:
        assert isinstance(result.exception, Fault)
        assert result.exception.code == status
        assert exit_of(result.exception) == 1
    else:
        assert result.exit_code == 2
    assert not WavePlan.objects.exists()
