"""A table of decisions is taken whole or not at all, and migrates as it says."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.router.made_up import ANNA, BERT, POP3, SALES, SMTP
from tests.unit.router.migrating.company import begun, box_of, hire, with_providers

from passerelle.engine.services import run_due
from passerelle.faults.router import MigrationNotOpen
from passerelle.guids import new_guid
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.router.files.values import Provider
from passerelle.router.migrating.steps import start
from passerelle.router.migrating.summaries import summary
from passerelle.router.models import Migration, MigrationChoice, MigrationState, ReviewState
from passerelle.router.reviewing import tabled
from passerelle.router.reviewing.decisions import decision_lines
from passerelle.router.reviewing.people import people_of
from passerelle.router.reviewing.tabled import Decided, decide

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOVED = new_guid()
FORWARD = "forward@example.com"
HEAD = "kind,identifier,field,name,before,value\n"


def decided(migration: Migration, *rows: str) -> Decided:
    return decide(migration, BytesIO((HEAD + "\n".join(rows)).encode()))


def finished(migration: Migration) -> None:
    start(migration, "admin")
    run_due()
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE


def test_matched_left_made_and_mapped_otherwise_it_migrates_so() -> None:
    hire()
    Mailbox.objects.filter(queue=SALES).delete()
    create_user_with_mailbox("Moved", "moved@example.com", guid=MOVED)
    gone = new_guid()
    migration = begun(
        with_providers(
            [
                Provider(POP3, username="x@example.com", users=(gone,)),
                Provider(POP3, username="anna@example.com", users=(ANNA,)),
                Provider(POP3, username="bert@example.com", users=(BERT,)),
                Provider(POP3, username=FORWARD),
                Provider(SMTP, users=(gone, ANNA, BERT)),
            ]
        )
    )
    (key,) = migration.profiles.exclude(users=0).values_list("key", flat=True)
    taken = decided(
        migration,
        f"user,{gone},becomes,,unknown,moved@example.com",
        f"user,{BERT},becomes,,link,leave",
        f"account,{FORWARD},becomes,,account,forward",
        f"user,{ANNA},incoming_username,,anna@example.com,DOM\\anna",
        f"user,{ANNA},start,,,2026-02-03 04:05:06+00:00",
        f"profile,{key},name,,,Renamed",
        f"profile,{key},incoming_location,,pop.example.com,imap.example.com",
    )
    assert (taken.refused, len(taken.changes)) == ((), 7)
    assert {(one.field, one.before, one.after) for one in taken.changes} >= {
        ("becomes", "unknown", "moved@example.com"),
        ("incoming_location", "pop.example.com", "imap.example.com"),
    }
    told = summary(migration).counts
    assert (told.linked, told.unmatched, told.made) == (2, 0, 1)
    finished(migration)
    assert box_of(BERT).profile is None
    for guid in (MOVED, ANNA):
        profile = box_of(guid).profile
        assert profile is not None
        assert (profile.name, profile.incoming_location) == ("Renamed", "imap.example.com")
    anna = box_of(ANNA)
    assert anna.incoming_credential is not None
    assert anna.incoming_credential.username == "DOM\\anna"
    assert anna.process_email_received_after is not None
    assert anna.process_email_received_after.isoformat() == "2026-02-03T04:05:06+00:00"
    assert Mailbox.objects.get(is_forward_mailbox=True).email_address == FORWARD


def test_one_wrong_row_and_nothing_is_decided() -> None:
    hire()
    migration = begun()
    taken = decided(
        migration,
        f"user,{ANNA},becomes,,,leave",
        "user,rubbish,becomes,,,leave",
        f"user,{BERT},becomes,,,nobody@example.com",
        f"user,{BERT},start,,,2026-01-01,too,many",
    )
    assert [number for number, _why in taken.refused] == [2, 3, 4]
    assert taken.refused_count == 3
    assert taken.changes == ()
    assert not MigrationChoice.objects.exists()
    assert {row.state for row in people_of(migration)} == {ReviewState.LINK}


def test_the_table_as_it_was_written_decides_nothing() -> None:
    hire()
    migration = begun()
    taken = decide(migration, BytesIO("".join(decision_lines(migration)).encode()))
    assert taken == Decided((), (), 0)
    assert not MigrationChoice.objects.exists()


def test_a_table_of_other_files_is_told_what_has_changed() -> None:
    hire()
    migration = begun()
    row = f"user,{ANNA},incoming_username,,anna@example.com,DOM\\anna"
    assert len(decided(migration, row).changes) == 1
    other = decided(migration, row.replace("DOM", "OTHER"))
    assert "DOM\\anna” now" in other.refused[0][1]


def test_the_same_table_can_be_given_again() -> None:
    create_user_with_mailbox("Moved", "moved@example.com", guid=MOVED)
    migration = begun()
    rows = [
        f"user,{ANNA},becomes,,unknown,{MOVED}",
        f"user,{BERT},becomes,,unknown,leave",
        f"user,{ANNA},outgoing_username,,,DOM\\anna",
        f"profile,{migration.profiles.get().key},incoming_port,,995,1995",
    ]
    for _ in range(2):
        assert len(decided(migration, *rows).changes) == 4
    other = decided(migration, rows[0].replace(str(MOVED), "leave"))
    assert "“matched” now" in other.refused[0][1]
    assert "already" in decided(migration, f"user,{BERT},becomes,,,{MOVED}").refused[0][1]


def test_the_queries_do_not_grow_with_the_rows() -> None:
    counts = []
    for many in (2, 12):
        guids = [new_guid() for _ in range(many)]
        people = [new_guid() for _ in range(many)]
        for guid in people:
            create_user_with_mailbox("P", f"{guid}@example.com", guid=guid)
        migration = begun(with_providers([Provider(POP3, users=tuple(guids)), Provider(SMTP)]))
        people_of(migration)
        pairs = zip(guids, people, strict=True)
        rows = [f"user,{guid},becomes,,,{who}@example.com" for guid, who in pairs]
        rows += [f"user,{guid},start,,,2026-01-01" for guid in guids]
        with CaptureQueriesContext(connection) as queries:
            assert len(decided(migration, *rows).changes) == 2 * many
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_of_a_migration_that_has_started_nothing_is_decided() -> None:
    hire()
    migration = begun()
    people_of(migration)
    Migration.objects.filter(pk=migration.pk).update(state=MigrationState.RUNNING)
    with pytest.raises(MigrationNotOpen):
        decided(migration, f"user,{ANNA},start,,,2026-01-01")
    assert not MigrationChoice.objects.exists()
    assert not EmailServerProfile.objects.exists()


def test_a_table_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hire()
    monkeypatch.setattr(tabled, "MOST_DECISIONS", 2)
    taken = decided(begun(), *[f"user,{ANNA},becomes,,,leave"] * 3)
    assert (taken.refused_count, taken.refused[0][0]) == (1, 3)
