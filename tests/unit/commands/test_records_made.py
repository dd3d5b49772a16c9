"""`passerelle records made` and `take-back` by their command line, on a real database."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from typer.testing import CliRunner, Result

from passerelle.commands.app import app
from passerelle.crm.automatic import Making, Wanted, make, taking_back
from passerelle.crm.models import AuditEntry, AutomaticRecord, Contact, Lead
from passerelle.crm.services import update_customer
from passerelle.tracking import Creates, Creation, PersonName

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def made(*names: str, now: datetime = NOON, creates: Creates = Creates.CONTACT) -> None:
    wanted = [
        Wanted(Creation(creates, f"{name}@stranger.example", PersonName(name, "S"), None), uuid4())
        for name in names
    ]
    with transaction.atomic():
        make(wanted, Making(uuid4(), 10_000, now))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["records", *arguments])


def told(*arguments: str) -> Any:
    ended = CliRunner().invoke(app, ["--json", "records", *arguments])
    return json.loads(ended.stdout.splitlines()[-1])


def ids(*names: str) -> list[str]:
    rows = AutomaticRecord.objects.filter(
        address__in=[f"{name}@stranger.example" for name in names]
    )
    return [str(row.pk) for row in rows]


@pytest.fixture
def some(db: None) -> None:
    made("dan", "eve", now=NOON - timedelta(days=1))
    made("flo")
    made("gil", creates=Creates.LEAD)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        pytest.param([], ["gil S", "flo S", "eve S", "dan S"], id="all-the-newest-first"),
        pytest.param(["--rows", "1"], ["gil S"], id="so-many"),
        pytest.param(["--on", "2026-03-01"], ["eve S", "dan S"], id="of-a-day"),
        pytest.param(["eve@", "stranger"], ["eve S"], id="by-words"),
        pytest.param(["--which", "standing"], ["gil S", "flo S", "eve S"], id="kept"),
        pytest.param(["--which", "taken-back"], ["dan S"], id="taken-back"),
    ],
)
def test_the_list(some: None, options: list[str], names: list[str]) -> None:
    run("take-back", *ids("dan"))
    found = told("made", *options)
    assert sorted(row["name"] for row in found) == sorted(names)
    assert [row["made"] for row in found] == sorted((row["made"] for row in found), reverse=True)


def test_a_row_says_what_it_is(some: None) -> None:
    (row,) = told("made", "gil")
    lead = Lead.objects.get()
    assert (row["kind"], row["record"], row["taken_back"]) == ("lead", str(lead.pk), None)
    assert "gil@stranger" in run("made", "gil").stdout


def test_by_guid_and_by_address(some: None) -> None:
    taken = run("take-back", *ids("dan"), "GIL@stranger.example")
    assert "Taken back: 2. Stay: 0." in taken.stdout
    assert not Lead.objects.exists()
    assert AuditEntry.objects.get(action="records.takenback").detail == {"count": 2}
    again = run("take-back", *ids("dan"))
    assert again.exit_code == 1
    assert "Taken back: 0. Stay: 1." in again.stdout


def test_all_of_a_day_and_what_was_changed_stays(some: None) -> None:
    update_customer(Contact.objects.get(first_name="dan"), telephone1="123")
    done = told("take-back", "--all-of", "2026-03-01")
    assert (done["count"], done["refused"]) == (1, 1)
    assert [one["code"] for one in done["reasons"]] == ["PSR-TRK-046"]
    assert set(Contact.objects.values_list("first_name", flat=True)) == {"dan", "flo"}
    assert told("take-back", "--all-of", "2026-04-01")["count"] == 0


def test_a_dry_run_says_the_same_and_changes_nothing(some: None) -> None:
    update_customer(Contact.objects.get(first_name="dan"), telephone1="123")
    would = told("take-back", "--all-of", "2026-03-01", "--dry-run")
    assert (would["count"], would["refused"], would["dry_run"]) == (1, 1, True)
    assert "Would be taken back: 1." in run("take-back", *ids("flo"), "--dry-run").stdout
    assert Contact.objects.count() == 3
    assert not AuditEntry.objects.filter(action="records.takenback").exists()


def test_more_than_go_at_once(
    db: None, still_clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_back, "AT_ONCE", 3)
    made(*(f"n{number}" for number in range(8)), now=still_clock)
    update_customer(Contact.objects.order_by("pk")[0], telephone1="123")
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert told("take-back", "--all-of", day)["count"] == 7
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing-chosen"),
        pytest.param([str(uuid4())], id="unknown"),
        pytest.param(["x"], id="no-guid"),
        pytest.param([str(uuid4()), "--all-of", "2026-03-01"], id="both"),
        pytest.param(["--all-of", "yesterday"], id="no-day"),
    ],
)
def test_what_means_nothing_is_refused(some: None, arguments: list[str]) -> None:
    assert run("take-back", *arguments).exit_code == 2
    assert Contact.objects.count() == 3
