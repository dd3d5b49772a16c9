"""Passwords from a table: kept encrypted, given at the start, never told again."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import ANNA, BERT, POP3, SMTP
from tests.unit.router.migrating.company import begun, box_of, hire, with_providers

from passerelle.engine.services import run_due
from passerelle.faults import Fault, Secret
from passerelle.faults.router import MigrationNotOpen, PasswordColumnsMissing
from passerelle.mailboxes.models import Credential, EmailServerProfile
from passerelle.mailboxes.services import reveal
from passerelle.router.files.values import Direction, Provider
from passerelle.router.migrating.steps import abandon, start
from passerelle.router.migrating.summaries import result, summary
from passerelle.router.migrating.texts import ENTER_PASSWORDS
from passerelle.router.models import BroughtCredential, Migration, MigrationState
from passerelle.router.reviewing.bringing import bring_credentials, bring_profile_credential
from passerelle.router.reviewing.people import narrowed, people_of
from passerelle.router.undoing.steps import undo

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORD = "drei Wörter lang"
SHARED = with_providers(
    [
        Provider(replace(POP3, credential="OtherSpecified"), username="reader", users=(ANNA, BERT)),
        Provider(SMTP, users=(ANNA, BERT)),
    ]
)


def table(*lines: str, headings: str = "Adresse;Nom d'utilisateur;Mot de passe") -> BytesIO:
    return BytesIO("\r\n".join([headings, *lines]).encode("utf-8-sig"))


def finished(migration: Migration) -> Migration:
    start(migration, "admin")
    run_due()
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE
    return migration


def password_of(credential: Credential | None) -> str:
    assert credential is not None
    secret = reveal(credential)
    assert secret is not None
    return secret.reveal()


def test_brought_before_the_start_they_are_there_after_it() -> None:
    hire()
    migration = begun()
    lines = (f"Anna@example.com;;{WORD}", f";BERT@example.com;{WORD}", "nobody@example.com;;x")
    brought = bring_credentials(migration, table(*lines))
    assert (brought.taken, brought.refused_count) == (2, 1)
    assert [number for number, _ in brought.refused] == [3]
    assert summary(migration).mailbox_passwords == 1
    migration.refresh_from_db()
    assert [row.name for row in narrowed(people_of(migration), "asking", [])] == ["Sales"]
    done = finished(migration)
    assert password_of(box_of(ANNA).incoming_credential) == WORD
    assert password_of(box_of(BERT).incoming_credential) == WORD
    assert result(done).mailbox_passwords == 1
    assert gettext(ENTER_PASSWORDS) in result(done).next_steps
    assert not BroughtCredential.objects.exists()
    assert Credential.objects.count() == 3


def test_the_list_knows_at_once_who_asks_no_more() -> None:
    hire()
    migration = begun()
    before = narrowed(people_of(migration), "asking", []).count()
    bring_credentials(migration, table(f"anna@example.com;;{WORD}"))
    assert narrowed(people_of(migration), "asking", []).count() == before - 1


def test_nothing_of_a_password_is_stored_in_clear_or_told() -> None:
    hire()
    migration = begun()
    brought = bring_credentials(migration, table(f"anna@example.com;;{WORD}", f"{WORD};;x"))
    stored = bytes(Credential.objects.get().ciphertext or b"")
    assert WORD.encode() not in stored
    assert WORD not in repr(brought)


def test_another_user_name_wins_over_the_files() -> None:
    hire()
    migration = begun()
    bring_credentials(migration, table(f"anna@example.com;anna.b;{WORD}"))
    finished(migration)
    credential = box_of(ANNA).incoming_credential
    assert credential is not None
    assert credential.username == "anna.b"


def test_brought_again_the_later_one_counts() -> None:
    hire()
    migration = begun()
    for word in ("first one", WORD):
        bring_credentials(migration, table(f"anna@example.com;;{word}"))
    assert Credential.objects.count() == 1
    finished(migration)
    assert password_of(box_of(ANNA).incoming_credential) == WORD


def test_a_profile_is_given_its_password_by_page_or_table() -> None:
    hire()
    migration = begun(SHARED)
    key = migration.profiles.get().key
    bring_profile_credential(migration, key, "incoming", "reader", Secret("first one"))
    assert summary(migration).profile_passwords == ()
    bring_credentials(migration, table(f";reader;{WORD}"))
    done = finished(migration)
    profile = EmailServerProfile.objects.get()
    assert password_of(profile.incoming_credential) == WORD
    told = result(done)
    assert told.profile_passwords == ()
    assert told.mailbox_passwords == 0
    assert gettext(ENTER_PASSWORDS) not in told.next_steps, "nobody asks for one any more"
    assert Credential.objects.count() == 1


def test_without_it_the_profile_still_asks() -> None:
    hire()
    migration = begun(SHARED)
    ((_, way, username),) = summary(migration).profile_passwords
    assert (way, username) == (Direction.INCOMING, "reader")
    assert result(finished(migration)).profile_passwords != ()


def test_abandoned_or_undone_they_are_gone() -> None:
    hire()
    migration = begun()
    bring_credentials(migration, table(f"anna@example.com;;{WORD}"))
    abandon(migration, "admin")
    assert not Credential.objects.exists()
    migration = begun()
    bring_credentials(migration, table(f"anna@example.com;;{WORD}"))
    undo(finished(migration), "admin")
    run_due()
    assert not Credential.objects.exists()
    assert box_of(ANNA).incoming_credential is None


def test_a_run_that_is_abandoned_leaves_none() -> None:
    hire()
    migration = begun()
    bring_credentials(migration, table(f"anna@example.com;;{WORD}"))
    start(migration, "admin")
    abandon(migration, "admin")
    run_due()
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    "headings",
    [
        pytest.param("Address;Name;Word", id="no-password"),
        pytest.param("Name;Password", id="neither-address-nor-user-name"),
    ],
)
def test_without_its_columns_nothing_is_taken(headings: str) -> None:
    hire()
    with pytest.raises(PasswordColumnsMissing):
        bring_credentials(begun(), table("a;b;c", headings=headings))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param("anna@example.com;;", "no password", id="no-password"),
        pytest.param("anna@example.com;;a\x01b", "control characters", id="a-control-character"),
        pytest.param(f"anna@example.com;;{'x' * 1001}", "too long", id="too-long"),
        pytest.param(f"anna@example.com;;{'x' * 20_000}", "could not be read", id="far-too-long"),
        pytest.param(f"anna@example.com;;{WORD};more", "could not be read", id="too-many-cells"),
        pytest.param(f"anna@example.com;{'x' * 251};{WORD}", "too long", id="a-long-user-name"),
    ],
)
def test_a_bad_row_has_its_reason_and_the_rest_goes_on(line: str, why: str) -> None:
    hire()
    migration = begun()
    brought = bring_credentials(migration, table(line, f"bert@example.com;;{WORD}"))
    assert brought.taken == 1
    ((number, told),) = brought.refused
    assert number == 1
    assert why in told


def test_once_started_nothing_is_brought() -> None:
    hire()
    migration = begun()
    started = Migration.objects.get(pk=migration.pk)
    start(started, "admin")
    with pytest.raises(MigrationNotOpen):
        bring_credentials(migration, table(f"anna@example.com;;{WORD}"))


@given(st.binary(max_size=300))
def test_rubbish_is_told_and_never_breaks(data: bytes) -> None:
    migration = Migration.objects.first()
    if migration is None:
        migration = begun()
    try:
        brought = bring_credentials(migration, BytesIO(data))
    except Fault:
        return
    assert brought.taken == 0
