"""`passerelle migrate-router` by its command line, on a real database."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.router.made_up import ANNA, NAMES, POP3, ROUTER
from tests.unit.router.migrating.company import EXCHANGE, hire, with_providers
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import Credential, EmailServerProfile
from passerelle.router.files.values import Box, Provider
from passerelle.router.files.writing import RouterDescription, write_set
from passerelle.router.models import Migration

pytestmark = [pytest.mark.database]
here = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)  # the work runs in a thread of its own


def passerelle(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def written(folder: Path, description: RouterDescription = ROUTER) -> list[str]:
    """The three files there, in the order of the command line."""
    files = write_set(description, NAMES)
    for box, content in files.items():
        (folder / box.value).write_bytes(content)
    return [str(folder / box.value) for box in Box]


def last_value(result: Result) -> dict[str, object]:
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    value = json.loads(lines[-1])
    assert isinstance(value, dict)
    return value


@with_threads
def test_it_migrates_and_says_what_was_done(tmp_path: Path) -> None:
    hire()
    result = passerelle("--json", "migrate-router", *written(tmp_path), "--yes")
    assert result.exit_code == 0, result.output
    done = last_value(result)
    assert done["done"] is True
    assert done["counts"] == {
        "linked": 3,
        "already_so": 0,
        "unmatched": 0,
        "conflicts": 0,
        "left_out": 0,
        "made": 0,
    }
    assert EmailServerProfile.objects.count() == 1


@with_threads
def test_people_read_a_table_and_what_to_do_next(tmp_path: Path) -> None:
    hire()
    result = passerelle("migrate-router", *written(tmp_path), "--yes")
    assert result.exit_code == 0, result.output
    assert "100 %: 3 of 3" in result.stdout
    assert "Enter the passwords" in result.stdout


@here
def test_a_dry_run_shows_and_changes_nothing(tmp_path: Path) -> None:
    hire()
    result = passerelle("--json", "migrate-router", *written(tmp_path), "--dry-run")
    assert result.exit_code == 0
    assert last_value(result)["done"] is False
    assert not EmailServerProfile.objects.exists()
    assert not Migration.objects.exists()


@here
def test_without_consent_nothing_is_started(tmp_path: Path) -> None:
    hire()
    result = CliRunner().invoke(app, ["migrate-router", *written(tmp_path)], input="n\n")
    assert result.exit_code == 0
    assert not Migration.objects.exists()


@here
def test_each_bad_file_has_its_sentence(tmp_path: Path) -> None:
    paths = written(tmp_path)
    Path(paths[0]).write_bytes(b"")
    Path(paths[1]).write_bytes(b"<Open>")
    result = passerelle("--json", "migrate-router", *paths)
    assert result.exit_code == 1
    refused = last_value(result)["refused"]
    assert isinstance(refused, list)
    assert {name: told["code"] for name, told in refused[0].items()} == {
        Box.AGENT.value: "PSR-RTR-002",
        Box.STATE.value: "PSR-RTR-003",
    }
    assert not Migration.objects.exists()


@here
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--only", "Nobody's"], id="a-profile-that-is-not-there"),
        pytest.param(["--answer", "exchange"], id="an-answer-without-its-question"),
    ],
)
def test_what_is_not_clear_starts_nothing(tmp_path: Path, words: list[str]) -> None:
    hire()
    result = passerelle("migrate-router", *written(tmp_path), "--yes", *words)
    assert result.exit_code == 2
    assert not Migration.objects.exists()


@here
def test_questions_are_shown_with_the_words_that_answer_them(tmp_path: Path) -> None:
    hire()
    provider = Provider(EXCHANGE, username="anna", users=(ANNA,))
    paths = written(tmp_path, with_providers([provider]))
    asked = passerelle("migrate-router", *paths, "--dry-run")
    assert "--answer 'server-type:exchange2010provider=" in asked.stdout
    answer = "server-type:exchange2010provider=exchange-2010"
    told = passerelle("--json", "migrate-router", *paths, "--dry-run", "--answer", answer)
    counts = last_value(told)["counts"]
    assert isinstance(counts, dict)
    assert counts["linked"] == 1


@here
def test_overwrite_confirms_for_all(tmp_path: Path) -> None:
    hire()
    paths = written(tmp_path)
    EmailServerProfile.objects.create(name="pop3 pop.example.com + smtp smtp.example.com")
    assert "gets a number" in passerelle("migrate-router", *paths, "--dry-run").stdout
    told = last_value(passerelle("--json", "migrate-router", *paths, "--dry-run", "--overwrite"))
    profiles = told["profiles"]
    assert isinstance(profiles, list)
    assert profiles[0]["action"] == "update"


def test_copies_without_values_are_written_once(tmp_path: Path) -> None:
    paths = written(tmp_path)
    target = tmp_path / "copy"
    assert passerelle("migrate-router", *paths, "--anonymise", str(target)).exit_code == 0
    text = (target / Box.AGENT.value).read_text()
    assert "ProviderConfiguration" in text
    assert "example.com" not in text
    assert passerelle("migrate-router", *paths, "--anonymise", str(target)).exit_code == 2


@here
def test_nothing_is_left_due(tmp_path: Path) -> None:
    passerelle("migrate-router", *written(tmp_path), "--dry-run")
    assert run_due() == 0


@here
def test_folders_and_files_of_several_routers(tmp_path: Path) -> None:
    hire()
    north = with_providers([Provider(replace(POP3, server="north.example.com"), users=(ANNA,))])
    for name, description in (("north", north), ("south", ROUTER)):
        (tmp_path / name).mkdir()
        written(tmp_path / name, description)
    files = [str(tmp_path / "south" / box.value) for box in Box]
    words = ["migrate-router", str(tmp_path / "north"), *files, "--dry-run"]
    questions = last_value(passerelle("--json", *words))["questions"]
    assert isinstance(questions, list)
    assert [one["count"] for one in questions] == [1]
    assert "(router 1)" in questions[0]["choices"][0][1] + questions[0]["choices"][1][1]


@here
@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(["one", "two"], id="two-files-are-no-router"),
        pytest.param(["x"] * 15, id="five-routers"),
    ],
)
def test_what_is_no_set_of_files(paths: list[str]) -> None:
    assert passerelle("migrate-router", *paths).exit_code == 2


@here
def test_copies_of_several_routers_lie_apart(tmp_path: Path) -> None:
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        written(tmp_path / name)
    target = tmp_path / "copies"
    folders = [str(tmp_path / name) for name in ("north", "south")]
    assert passerelle("migrate-router", *folders, "--anonymise", str(target)).exit_code == 0
    assert {path.parent.name for path in target.rglob("*.xml")} == {"1", "2"}


@here
def test_passwords_come_from_a_table(tmp_path: Path) -> None:
    hire()
    table = tmp_path / "passwords.csv"
    table.write_text("address,password\nanna@example.com,one two three\nnobody,x\n")
    words = [*written(tmp_path), "--dry-run", "--credentials", str(table)]
    result = passerelle("migrate-router", *words)
    assert result.exit_code == 0, result.output
    assert "Passwords kept: 1" in result.stdout
    assert "Row 2:" in result.stdout
    assert "one two three" not in result.output
    assert not Credential.objects.exists(), "the draft is gone, and with it what was brought"
    assert passerelle("migrate-router", *words[:-1], str(tmp_path / "none.csv")).exit_code == 2
