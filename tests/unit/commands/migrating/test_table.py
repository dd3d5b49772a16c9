"""`migrate-router` by a table: written of files that are refused, and begun with."""

from pathlib import Path

import pytest
from tests.unit.commands.migrating.test_migrate_router import last_value, passerelle, written
from tests.unit.router.migrating.company import hire

from passerelle.mailboxes.models import EmailServerProfile
from passerelle.router.files.values import Box
from passerelle.router.models import Migration, SalvagedFiles

pytestmark = [pytest.mark.database]
here = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)  # the work runs in a thread of its own


@with_threads
def test_what_is_had_of_refused_files_is_migrated(tmp_path: Path) -> None:
    hire()
    files, table = written(tmp_path), tmp_path / "table.csv"
    (tmp_path / Box.KEY.value).write_bytes(b"rubbish")
    refused = passerelle("migrate-router", *files, "--yes")
    assert refused.exit_code == 1
    assert "--write-table" in refused.output
    result = passerelle("--json", "migrate-router", *files, "--write-table", str(table))
    assert (result.exit_code, last_value(result)) == (0, {"written": str(table)})
    assert not SalvagedFiles.objects.exists()
    assert not Migration.objects.exists()
    result = passerelle("--json", "migrate-router", "--table", str(table), "--yes")
    assert result.exit_code == 0, result.output
    assert EmailServerProfile.objects.get().incoming_location == "pop.example.com"


@here
def test_without_files_the_table_holds_an_example_and_is_never_written_over(
    tmp_path: Path,
) -> None:
    table = tmp_path / "table.csv"
    assert passerelle("migrate-router", "--write-table", str(table)).exit_code == 0
    assert "Example" in table.read_text(encoding="utf-8-sig")
    again = passerelle("migrate-router", "--write-table", str(table))
    assert again.exit_code == 2
    assert "there already" in again.output.replace("\n", " ")


@here
def test_a_wrong_row_is_told_and_nothing_is_begun(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("kind,name,server_type,profile,address\nprofile,,pop3,,\n")
    result = passerelle("migrate-router", "--table", str(table), "--yes")
    assert result.exit_code == 1
    assert "Row 1: The profile has no name." in result.stdout
    told = last_value(passerelle("--json", "migrate-router", "--table", str(table), "--yes"))
    assert told == {"refused": [[1, "The profile has no name."]], "refused_count": 1}
    assert not Migration.objects.exists()


@here
@pytest.mark.parametrize("words", [[], ["AGENT", "--table", "absent.csv"]])
def test_neither_files_nor_a_table_or_both_is_told(tmp_path: Path, words: list[str]) -> None:
    files = written(tmp_path) if words else []
    result = passerelle("migrate-router", *files, *words[1:])
    assert result.exit_code == 2
