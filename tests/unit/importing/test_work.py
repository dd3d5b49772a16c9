"""An import as work: killed anywhere it goes on, nothing is doubled, one bad row stops no other."""

import pytest
from django.db import DatabaseError
from tests.unit.importing.tables import bring, checked, counts, imported, reasons

from passerelle.alerts.models import Alert
from passerelle.crm import services as crm
from passerelle.crm.models import AuditEntry, Contact, EmailSearch
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults.importing import ImportNotOpen, ImportRuns
from passerelle.importing import passing, work
from passerelle.importing import services as importing
from passerelle.importing.crash_points import CRASH_POINTS
from passerelle.importing.models import Import, ImportPiece, RefusedRows
from passerelle.importing.services import ImportKind, ImportState

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ROWS = 11
TEXT = "Full Name,Email\n" + "".join(
    f"No {number},{'no address' if number == 5 else f'no{number}@example.com'}\n"
    for number in range(ROWS)
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "BATCH", 3)


def revived() -> None:
    """The dead worker's lease is over, and its work is due again."""
    Work.objects.update(worker=None, leased_on=None)


@pytest.mark.thorough
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_it_goes_on_and_doubles_nothing(point: str, nth: int) -> None:
    found = checked(ImportKind.CONTACTS, TEXT)
    importing.start(found, "ann")
    try:
        with crash_points.kill_at(point, nth):
            run_due()
    except Killed:
        revived()
        run_due()
    found.refresh_from_db()
    assert found.state == ImportState.DONE
    assert counts(found) == (ROWS - 1, 0, 0, 1)
    assert Contact.objects.count() == EmailSearch.objects.count() == ROWS - 1
    assert [number for number, _ in reasons(found)] == [6]
    assert not ImportPiece.objects.exists()


def test_every_crash_point_is_passed() -> None:
    with crash_points.passages() as passed:
        imported(ImportKind.CONTACTS, TEXT)
    assert set(passed) >= set(CRASH_POINTS)


def test_a_long_pass_gives_its_thread_back_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TURN_SECONDS", 0.0)
    found = checked(ImportKind.CONTACTS, TEXT)
    assert (found.state, found.position) == (ImportState.CHECKED, ROWS)


def test_a_row_that_the_database_refuses_is_found_by_halves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What no check foresees: here, a database that takes one name for nothing in the world."""
    real = crm.add_customers

    def refusing(records: list[Contact]) -> None:
        if any(record.last_name == "4" for record in records):
            raise DatabaseError("no")
        real(records)

    monkeypatch.setattr(crm, "add_customers", refusing)
    found = imported(ImportKind.CONTACTS, TEXT)
    assert counts(found) == (ROWS - 2, 0, 0, 2)
    assert [number for number, _ in reasons(found)] == [5, 6]
    assert Contact.objects.count() == ROWS - 2


def test_stopped_it_keeps_what_it_wrote_and_writes_no_more() -> None:
    found = checked(ImportKind.CONTACTS, TEXT)
    importing.start(found, "ann")
    with crash_points.kill_at("import.after-batch"), pytest.raises(Killed):
        run_due()
    importing.stop(found, "ann")
    revived()
    run_due()
    found.refresh_from_db()
    assert (found.state, Contact.objects.count()) == (ImportState.STOPPED, 3)
    assert not ImportPiece.objects.exists()
    with pytest.raises(ImportNotOpen):
        importing.stop(found, "ann")


def test_one_import_runs_at_a_time() -> None:
    one, other = (checked(ImportKind.CONTACTS, TEXT) for _ in range(2))
    importing.start(one, "ann")
    with pytest.raises(ImportRuns):
        importing.start(other, "ann")
    with pytest.raises(ImportNotOpen):
        importing.start(one, "ann")


def test_a_table_that_was_not_checked_does_not_start() -> None:
    found = bring(ImportKind.CONTACTS, TEXT)
    with pytest.raises(ImportNotOpen):
        importing.start(found, "ann")


def test_too_many_rows_end_the_pass_with_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "MOST_ROWS", 5)
    found = checked(ImportKind.CONTACTS, TEXT)
    assert (found.state, found.last_code) == (ImportState.CHECKING, "PSR-IMP-005")
    assert "more than 5 rows" in importing.progress(found).failure
    assert Alert.objects.count() == 1
    importing.stop(found, "ann")
    assert not Alert.objects.filter(closed_on=None).exists()
    assert not Import.objects.exists()


def test_one_entry_of_the_audit_an_import() -> None:
    imported(ImportKind.CONTACTS, TEXT)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.username) == ("import.started", "ann")
    assert entry.detail == {"kind": "contacts", "file": "table.csv", "count": ROWS}


def test_the_refused_rows_come_back_whole_and_can_be_brought_again() -> None:
    found = imported(ImportKind.CONTACTS, TEXT)
    table = "".join(importing.refused_table(found))
    corrected = table.replace("no address,", "no5@example.com,")
    again = imported(ImportKind.CONTACTS, corrected)
    assert (again.columns, counts(again)) == (["whole_name", "email_address1", ""], (1, 0, 0, 0))
    assert Contact.objects.count() == ROWS
    assert RefusedRows.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Full Name,Email\n\0,\0@example.com\n", id="nul"),
        pytest.param('Full Name,Email\n"A,a@example.com\n', id="an-open-quote"),
        pytest.param(f"Full Name,Email\n{'x' * 10_000_000},a@example.com\n", id="ten-megabytes"),
        pytest.param("Full Name,Email\nééééé\ud800,a@example.com\n", id="lone-surrogate"),
        pytest.param("Full Name,Email\na\u202eb,a@example\u2066.com\n", id="turned-around"),
    ],
)
def test_hostile_cells_are_refused_and_the_next_row_is_taken(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass") + b"Sound One,sound@example.com\n"
    found = imported(ImportKind.CONTACTS, data.decode("latin-1"), "latin-1")
    assert counts(found) == (1, 0, 0, 1)
    assert Contact.objects.get().email_address1 == "sound@example.com"
    assert len("".join(importing.refused_table(found))) < 2_000
