"""From refused files to a draft by way of a table, and how long what was read of them is kept."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from tests.unit.router.made_up import ANNA, files_of
from tests.unit.router.migrating.company import begun, box_of, hire

from passerelle.engine.services import run_due
from passerelle.faults.router import MigrationRuns
from passerelle.router.migrating.steps import start
from passerelle.router.models import Migration, MigrationState, SalvagedFiles
from passerelle.router.table.reading import RefusedTable
from passerelle.router.table.steps import (
    begin_by_table,
    keep_salvaged,
    salvaged_files,
    table_of,
    table_of_files,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def kept(by: str = "admin") -> SalvagedFiles:
    return keep_salvaged([files_of(key=b"rubbish")], None, by)


def stream_of(found: SalvagedFiles | None) -> BytesIO:
    return BytesIO("".join(table_of(found)).encode())


def test_refused_files_are_migrated_by_their_table() -> None:
    hire()
    migration = begin_by_table(stream_of(kept()), "admin")
    assert isinstance(migration, Migration)
    assert not migration.findings["questions"], "the words of the table are no questions"
    start(migration, "admin")
    run_due()
    box = box_of(ANNA)
    assert box.profile is not None
    assert (box.profile.incoming_location, box.profile.outgoing_port) == ("pop.example.com", 25)
    assert str(box.process_email_received_after) == "2026-03-01 08:30:00+00:00"


def test_a_word_that_nobody_knows_is_asked_about_in_the_draft() -> None:
    text = "kind,name,direction,server_type,profile,address\nprofile,In,incoming,imap,,\n"
    migration = begin_by_table(BytesIO(text.encode()), "admin")
    assert isinstance(migration, Migration)
    assert [row[:2] for row in migration.findings["questions"]] == [["server-type", "imap"]]


def test_a_refused_table_leaves_everything_as_it_was() -> None:
    found = kept()
    text = "kind,name,server_type,profile,address\nprofile,,pop3,,\n"
    assert isinstance(begin_by_table(BytesIO(text.encode()), "admin"), RefusedTable)
    assert not Migration.objects.exists()
    assert salvaged_files(found.pk) == found


def test_the_latest_of_each_person_is_kept_until_their_draft_begins() -> None:
    first, other = kept(), kept("bert")
    latest = kept()
    assert salvaged_files(first.pk) is None
    begun()  # by admin, with files
    assert (salvaged_files(latest.pk), salvaged_files(other.pk)) == (None, other)


def test_what_nobody_came_back_for_is_gone_after_a_week() -> None:
    old = kept("bert")
    SalvagedFiles.objects.update(created_on=timezone.now() - timedelta(days=8))
    kept()
    assert salvaged_files(old.pk) is None


def test_while_a_migration_runs_none_begins() -> None:
    table = stream_of(kept())
    begun()
    Migration.objects.update(state=MigrationState.RUNNING)
    with pytest.raises(MigrationRuns):
        begin_by_table(table, "admin")


def test_files_that_lie_there_give_the_same_table_and_nothing_is_kept() -> None:
    hire()
    of_files = "".join(table_of_files([files_of(key=b"rubbish")], None))
    assert not SalvagedFiles.objects.exists()
    assert of_files == "".join(table_of(kept()))
    assert "Example" in "".join(table_of(None))


def test_no_password_is_kept() -> None:
    assert b"bm8gY2lwaGVyIHRleHQ" not in bytes(kept().content)
    assert "bm8gY2lwaGVyIHRleHQ" not in "".join(table_of(kept()))
