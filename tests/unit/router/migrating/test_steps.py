"""The steps of a person, on the real database."""

import pytest
from tests.unit.router.made_up import ANNA, NAMES, files_of
from tests.unit.router.migrating.company import EXCHANGE, begun, hire, with_providers

from passerelle.faults.router import (
    MigrationNotOpen,
    MigrationRuns,
    NamesUnreadable,
    NothingChosen,
    RouterFileEmpty,
)
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.router.files.values import Box, Provider
from passerelle.router.migrating.pages import findings, profiles_of
from passerelle.router.migrating.steps import abandon, answer, begin, choose, start
from passerelle.router.models import Migration, MigrationState, UnderstoodSet

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_bad_files_are_refused_and_leave_nothing() -> None:
    refusal = begin([files_of(state=b"")], None, "admin")
    assert isinstance(refusal, tuple)
    (one,) = refusal
    assert isinstance(one.faults[Box.STATE], RouterFileEmpty)
    assert not Migration.objects.exists()


def test_a_wrong_name_table_is_a_fault() -> None:
    with pytest.raises(NamesUnreadable):
        begin([files_of()], b"[agent", "admin")


def test_a_begun_migration_is_a_draft_that_changes_nothing() -> None:
    hire()
    migration = begun()
    assert migration.state == MigrationState.DRAFT
    assert not EmailServerProfile.objects.exists()
    (profile,) = profiles_of(migration)
    assert (profile.chosen, profile.users, profile.queues) == (True, 2, 1)
    assert profile.outgoing_label == "smtp smtp.example.com"
    assert "anna@example.com" in profile.sample


def test_no_password_and_no_file_is_stored() -> None:
    migration = begun()
    content = bytes(UnderstoodSet.objects.get(migration=migration).content)
    assert len(content) < 2_000
    assert "bm8gY2lwaGVyIHRleHQ" not in str(migration.findings)


def test_an_answer_changes_the_proposal_and_can_be_taken_back() -> None:
    hire()
    migration = begun(with_providers([Provider(EXCHANGE, username="anna", users=(ANNA,))]))
    (question,) = findings(migration).questions
    (profile,) = profiles_of(migration)
    assert not profile.migrates
    migration = answer(migration, {question.key: "exchange-2010"})
    (profile,) = profiles_of(migration)
    assert profile.migrates
    assert profile.chosen
    (shown,) = findings(migration).questions
    assert shown.answer == "exchange-2010"
    migration = answer(migration, {question.key: ""})
    assert not profiles_of(migration)[0].migrates
    assert findings(migration).questions[0].answer == ""


def test_no_stays_no_after_an_answer() -> None:
    hire()
    migration = begun()
    (profile,) = profiles_of(migration)
    choose(migration, {profile.key: False})
    migration = answer(migration, {"flag:perhaps": "yes"})
    assert not profiles_of(migration)[0].chosen


def test_yes_to_what_cannot_migrate_stays_no() -> None:
    migration = begun(with_providers([Provider(EXCHANGE, username="anna", users=(ANNA,))]))
    (profile,) = profiles_of(migration)
    choose(migration, {profile.key: True})
    assert not profiles_of(migration)[0].chosen
    with pytest.raises(NothingChosen):
        start(migration, "admin")


def test_a_second_migration_is_refused_while_one_runs() -> None:
    other = begun()
    start(begun(), "admin")
    with pytest.raises(MigrationRuns):
        begin([files_of()], None, "admin")
    with pytest.raises(MigrationRuns):
        start(other, "admin")


def test_a_started_migration_takes_no_answers_and_no_choices() -> None:
    migration = begun()
    start(migration, "admin")
    with pytest.raises(MigrationNotOpen):
        answer(migration, {"flag:perhaps": "yes"})
    with pytest.raises(MigrationNotOpen):
        choose(migration, {})
    with pytest.raises(MigrationNotOpen):
        start(migration, "admin")


def test_an_abandoned_draft_is_gone() -> None:
    migration = begun()
    abandon(migration, "admin")
    assert not Migration.objects.exists()
    with pytest.raises(MigrationNotOpen):
        abandon(migration, "admin")


def test_the_names_of_the_tests_are_the_shipped_ones() -> None:
    assert NAMES.agent.row_of("ProviderConfiguration") == "provider"
