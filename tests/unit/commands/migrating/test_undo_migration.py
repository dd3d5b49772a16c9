"""`passerelle undo-migration` by its command line, on a real database."""

import json

import pytest
from tests.unit.router.migrating.company import hire, migrated
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.engine.services import run_due
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.router.models import Migration, MigrationState

pytestmark = [pytest.mark.database]
here = pytest.mark.django_db


def passerelle(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=answer)


@pytest.mark.django_db(transaction=True)  # the work runs in a thread of its own
def test_it_puts_back_what_the_latest_migration_changed() -> None:
    hire()
    migrated()
    result = passerelle("undo-migration", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("Mailboxes as before: 3") == 2
    assert Migration.objects.get().state == MigrationState.UNDONE
    assert not EmailServerProfile.objects.exists()


@here
@pytest.mark.parametrize("words", [["--dry-run"], []], ids=["a-dry-run", "no-consent"])
def test_nothing_is_done_without_the_word(words: list[str]) -> None:
    hire()
    migration = migrated()
    result = passerelle("--json", "undo-migration", str(migration.pk), *words)
    assert result.exit_code == 0
    told = json.loads(result.stdout.splitlines()[-1])
    assert (told["mailboxes"], len(told["profiles"]), told["staying"]) == (3, 1, 0)
    run_due()
    assert Migration.objects.get().state == MigrationState.DONE


@here
def test_a_migration_that_is_not_there() -> None:
    assert passerelle("undo-migration").exit_code == 2
