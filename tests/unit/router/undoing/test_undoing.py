"""Undoing: everything as before, nobody's work taken away, killed at each point."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone
from tests.unit.router.made_up import ANNA, BERT, POP3, SALES, SMTP
from tests.unit.router.migrating.company import begun, box_of, hire, migrated, with_providers

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults import Secret
from passerelle.faults.router import MigrationRuns, NothingToUndo, UndoNotPossible
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services import (
    create_profile,
    save_settings,
    set_mailbox_password,
    set_profile_password,
    update_mailbox,
    update_profile,
)
from passerelle.router.files.values import Provider
from passerelle.router.migrating.crash_points import BEFORE_UNDOING, UNDO_CRASH_POINTS
from passerelle.router.migrating.pages import profiles_of
from passerelle.router.migrating.steps import begin, choose, start
from passerelle.router.models import Migration, MigrationState, Undone
from passerelle.router.undoing.steps import undo, undo_preview, undone

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SHARED = with_providers(
    [
        Provider(replace(POP3, credential="OtherSpecified"), username="reader", users=(ANNA, BERT)),
        Provider(SMTP, users=(ANNA, BERT)),
    ]
)


def everything() -> list[object]:
    """All that a person could see changed, without when it was."""
    kept = [field.attname for field in Mailbox._meta.concrete_fields if field.name != "modified_on"]
    return [
        list(EmailServerProfile.objects.order_by("pk").values()),
        list(Mailbox.objects.order_by("pk").values(*kept)),
        list(Credential.objects.order_by("pk").values()),
    ]


def undo_all(migration: Migration) -> Migration:
    undo(migration, "admin")
    run_due()
    migration.refresh_from_db()
    return migration


def test_everything_is_as_it_was_before() -> None:
    hire()
    set_mailbox_password(box_of(BERT), Direction.INCOMING, "bert@example.com", Secret("one two"))
    before = everything()
    migration = migrated()
    assert everything() != before
    preview = undo_preview(migration)
    assert (preview.mailboxes, len(preview.profiles), preview.staying) == (3, 1, 0)
    assert undo_all(migration).state == MigrationState.UNDONE
    assert everything() == before
    assert migration.undone_on is not None
    assert undone(migration) == preview
    entry = AuditEntry.objects.get(action=AuditAction.MIGRATION_UNDONE)
    assert (entry.subject_id, entry.username) == (migration.pk, "admin")


def test_a_shared_account_goes_with_its_profile() -> None:
    hire()
    before = everything()
    undo_all(migrated(SHARED))
    assert everything() == before


def test_a_profile_that_was_overwritten_has_its_values_again() -> None:
    hire()
    migrated()
    update_profile(EmailServerProfile.objects.get(), incoming_protocol="imap", incoming_port=993)
    before = everything()
    migration = begun()
    choose(migration, {}, {profiles_of(migration)[0].key: True})
    start(migration, "admin")
    run_due()
    assert EmailServerProfile.objects.get().incoming_protocol == "pop3"
    undo_all(migration)
    assert everything()[1:] == before[1:]
    assert EmailServerProfile.objects.get().incoming_port == 993


def test_again_after_undoing_it_migrates_as_at_first() -> None:
    hire()
    undo_all(migrated())
    assert migrated().state == MigrationState.DONE
    assert box_of(ANNA).profile == EmailServerProfile.objects.get()


def enable(mailbox: Mailbox) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(
        enabled_on=timezone.now(), enabled_for_incoming=True
    )


def enter_password(mailbox: Mailbox) -> None:
    set_mailbox_password(mailbox, None, "anna@example.com", Secret("one two three"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(enable, "was enabled", id="enabled"),
        pytest.param(enter_password, "by hand", id="a-password-was-entered"),
        pytest.param(
            lambda box: update_mailbox(box, outgoing_method=0), "by hand", id="another-method"
        ),
        pytest.param(
            lambda box: update_mailbox(box, process_email_received_after=timezone.now()),
            "by hand", id="another-start",
        ),
        pytest.param(
            lambda box: update_mailbox(
                box, profile=create_profile("Mine", incoming_location="a.example")
            ),
            "by hand", id="another-profile",
        ),
    ],
)  # fmt: skip
def test_what_a_person_changed_stays_and_is_listed(
    change: Callable[[Mailbox], object], why: str
) -> None:
    hire()
    migration = migrated()
    change(box_of(ANNA))
    anna = Mailbox.objects.filter(pk=box_of(ANNA).pk).values().get()
    preview = undo_preview(migration)
    assert (preview.mailboxes, preview.staying) == (2, 1)
    told = {one.name: one.why for one in preview.stays}
    assert why in told["Anna"]
    undo_all(migration)
    assert Mailbox.objects.filter(pk=box_of(ANNA).pk).values().get() == anna
    assert box_of(BERT).profile is None
    assert box_of(BERT).incoming_credential is None
    assert {one.name for one in undone(migration).stays} == set(told)
    assert undone(migration).mailboxes == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: update_profile(p, incoming_port=110), id="another-port"),
        pytest.param(
            lambda p: set_profile_password(p, Direction.INCOMING, "reader", Secret("one two")),
            id="its-password",
        ),
        pytest.param(
            lambda p: save_settings({"default_profile": p}, "admin"), id="it-is-the-default"
        ),
    ],
)
def test_a_profile_that_a_person_changed_stays(
    change: Callable[[EmailServerProfile], object],
) -> None:
    hire()
    migration = migrated(SHARED)
    change(EmailServerProfile.objects.get())
    undo_all(migration)
    profile = EmailServerProfile.objects.get()
    assert profile.incoming_credential is not None
    assert box_of(ANNA).profile is None
    assert migration.profiles.get(undone=Undone.STAYS).target_id == profile.pk


def test_where_all_was_changed_it_is_refused() -> None:
    hire()
    migration = migrated()
    for guid in (ANNA, BERT, SALES):
        enable(box_of(guid))
    with pytest.raises(NothingToUndo):
        undo(migration, "admin")


def test_only_what_is_done_can_be_undone_and_nothing_runs_beside_it() -> None:
    hire()
    migration = migrated()
    later = begun()
    start(later, "admin")
    with pytest.raises(MigrationRuns):
        undo(migration, "admin")
    run_due()
    undo(migration, "admin")
    with pytest.raises(UndoNotPossible):
        undo(migration, "admin")
    with pytest.raises(MigrationRuns):
        begin([], None, "admin")


def test_what_changes_between_the_marks_and_the_end_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hire()
    migration = migrated()
    undo(migration, "admin")

    def passed(point: str) -> None:
        if point == BEFORE_UNDOING:
            enable(box_of(ANNA))

    monkeypatch.setattr("passerelle.router.undoing.restoring.crash_point", passed)
    run_due()
    assert box_of(ANNA).profile is not None
    assert undone(migration).staying == 1
    assert undone(migration).mailboxes == 2
    assert EmailServerProfile.objects.count() == 1, "Anna has it"


@pytest.mark.thorough
@pytest.mark.parametrize("point", UNDO_CRASH_POINTS)
def test_killed_anywhere_it_ends_the_same(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerelle.router.undoing.restoring.CHUNK", 1)
    hire()
    before = everything()
    migration = migrated()
    after = everything()
    undo(migration, "admin")
    with crash_points.kill_at(point), pytest.raises(Killed):
        run_due()
    late = UNDO_CRASH_POINTS.index(point) >= UNDO_CRASH_POINTS.index("undo.after-undoing")
    assert everything()[:2] == (before[:2] if late else after[:2])
    run_due()
    assert everything() == before
    assert Migration.objects.get().state == MigrationState.UNDONE


def test_all_points_are_passed() -> None:
    hire()
    migration = migrated()
    undo(migration, "admin")
    with crash_points.passages() as passed:
        run_due()
    ours = [name for name in passed if name.startswith("undo.")]
    assert tuple(dict.fromkeys(ours)) == UNDO_CRASH_POINTS
