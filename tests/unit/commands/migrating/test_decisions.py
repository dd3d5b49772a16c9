"""`migrate-router` with a table of decisions: written, filled in, taken or refused by row."""

import csv
from pathlib import Path

import pytest
from tests.unit.commands.migrating.test_migrate_router import last_value, passerelle, written
from tests.unit.router.made_up import BERT
from tests.unit.router.migrating.company import hire

from passerelle.guids import new_guid
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.router.models import Migration

pytestmark = [pytest.mark.database]
here = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)  # the work runs in a thread of its own


def filled(path: Path, values: dict[tuple[str, str], str]) -> str:
    """The table with values put in, by name and field, as a person does in a spreadsheet."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["value"] = values.pop((row["name"], row["field"]), "")
    assert not values, "there is no such row"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@with_threads
def test_what_was_written_and_filled_in_is_migrated(tmp_path: Path) -> None:
    create_user_with_mailbox("Moved", "moved@example.com")
    files, table = written(tmp_path), tmp_path / "decisions.csv"
    result = passerelle("migrate-router", *files, "--write-decisions", str(table), "--yes")
    assert result.exit_code == 0, result.output
    assert not Migration.objects.exists(), "only written"
    profile = "pop3 pop.example.com + smtp smtp.example.com"
    values = {
        ("anna@example.com", "becomes"): "moved@example.com",
        ("bert@example.com", "becomes"): "leave",
        (profile, "name"): "Renamed",
        (profile, "outgoing_port"): "587",
    }
    words = ["migrate-router", *files, "--decisions", filled(table, values)]
    dry = passerelle(*words, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "Decisions taken: 4" in dry.stdout
    assert any(line.split()[-2:] == ["25", "587"] for line in dry.stdout.splitlines())
    assert not EmailServerProfile.objects.exists()
    assert passerelle("--json", *words, "--yes").exit_code == 0
    made = EmailServerProfile.objects.get()
    assert (made.name, made.outgoing_port) == ("Renamed", 587)
    assert Mailbox.objects.get(name="Moved").profile == made


@here
def test_wrong_rows_are_told_and_nothing_starts(tmp_path: Path) -> None:
    hire()
    table = tmp_path / "decisions.csv"
    head = "kind,identifier,field,value\n"
    table.write_text(f"{head}user,{BERT},becomes,leave\nuser,{new_guid()},becomes,leave\n")
    words = ["migrate-router", *written(tmp_path), "--decisions", str(table), "--yes"]
    result = passerelle(*words)
    assert result.exit_code == 1
    assert "Row 2: The routers' files have nothing of this kind" in result.stdout
    assert "Rows refused: 1. Nothing was decided and nothing started." in result.stdout
    told = last_value(passerelle("--json", *words))
    assert (told["decided"], told["refused_count"]) == ([], 1)
    assert not Migration.objects.exists()
    assert not EmailServerProfile.objects.exists()


@here
@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("address,password\nanna@example.com,secret\n", 1, id="another-table"),
        pytest.param("", 1, id="empty"),
        pytest.param(None, 2, id="not-there"),
    ],
)
def test_what_is_no_table_starts_nothing(tmp_path: Path, text: str | None, code: int) -> None:
    hire()
    table = tmp_path / "decisions.csv"
    if text is not None:
        table.write_text(text)
    words = ["migrate-router", *written(tmp_path), "--decisions", str(table), "--yes"]
    result = passerelle(*words)
    assert result.exit_code == code, result.output
    assert "secret" not in result.output
    assert not Migration.objects.exists()


@here
def test_what_somebody_filled_in_is_not_overwritten(tmp_path: Path) -> None:
    hire()
    table = tmp_path / "decisions.csv"
    table.write_text("mine")
    words = ["migrate-router", *written(tmp_path), "--write-decisions", str(table)]
    assert passerelle(*words).exit_code == 2
    assert table.read_text() == "mine"
    assert passerelle(*words[:-1], str(tmp_path / "no" / "folder.csv")).exit_code == 2
    assert not Migration.objects.exists()
