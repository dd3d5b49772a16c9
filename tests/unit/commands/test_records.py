"""`passerelle records merge` by its command line, on a real database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.unit.crm.merging.conftest import email_of
from typer.testing import CliRunner

from passerelle.commands import records
from passerelle.commands.app import app
from passerelle.crm.models import Contact, Email, RecordMerge
from passerelle.crm.services import create_account, create_contact
from passerelle.engine.services import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of its own would not see what the transaction of the test holds."""

    @contextmanager
    def run_here(kind: str) -> Iterator[None]:
        run_due(kinds=[kind])
        yield

    monkeypatch.setattr(records, "run_here_unless_workers_do", run_here)


@pytest.fixture
def pair(db: None) -> tuple[Contact, Contact]:
    kept = create_contact("Carla", "Duval", email_address1="carla@customer.example")
    gone = create_contact("Carla", "Roux", email_address1="roux@customer.example")
    email_of(gone)
    return kept, gone


def test_by_address_and_by_guid(pair: tuple[Contact, Contact]) -> None:
    kept, gone = pair
    told = CliRunner().invoke(
        app, ["records", "merge", "Carla@customer.example", str(gone.pk), "--yes"]
    )
    assert told.exit_code == 0, told.output
    assert "Emails that regard it: 1" in told.stdout
    assert "Moved: 2" in told.stdout
    assert Email.objects.get().regarding_contact == kept


def test_programs_get_one_value(pair: tuple[Contact, Contact]) -> None:
    kept, gone = pair
    told = CliRunner().invoke(
        app, ["--json", "records", "merge", str(kept.pk), str(gone.pk), "--yes"]
    )
    assert json.loads(told.stdout.splitlines()[-1]) == {
        "master": str(kept.pk),
        "merged": str(gone.pk),
        "moved": 2,
        "done": True,
    }


def test_who_says_no_merges_nothing(pair: tuple[Contact, Contact]) -> None:
    arguments = ["records", "merge", *(str(one.pk) for one in pair)]
    assert CliRunner().invoke(app, arguments, input="n\n").exit_code == 1
    assert CliRunner().invoke(app, ["--json", *arguments]).exit_code == 1
    assert not RecordMerge.objects.exists()


@pytest.mark.parametrize("name", ["nobody@customer.example", "two@customer.example", "x"])
def test_a_name_that_means_none_or_several_is_refused(
    pair: tuple[Contact, Contact], name: str
) -> None:
    for company in ("One", "Two"):
        create_account(company, email_address1="two@customer.example")
    told = CliRunner().invoke(app, ["records", "merge", str(pair[0].pk), name, "--yes"])
    assert told.exit_code == 2
    assert not RecordMerge.objects.exists()
