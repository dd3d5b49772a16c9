"""The review by name: who is listed how, matched, left, taken back, and mapped otherwise."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from tests.unit.router.made_up import ANNA, BERT, POP3, SALES, SMTP
from tests.unit.router.migrating.company import EXCHANGE, begun, box_of, hire, with_providers

from passerelle.engine.services import run_due
from passerelle.faults.router import MatchTaken, MigrationNotOpen, NobodyMatches, SeveralMatch
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import create_user_with_mailbox
from passerelle.router.files.values import Direction, Provider
from passerelle.router.migrating.pages import profiles_of
from passerelle.router.migrating.steps import abandon, answer, choose, start
from passerelle.router.migrating.summaries import result, summary
from passerelle.router.models import (
    Migration,
    MigrationChoice,
    MigrationState,
    ReviewRow,
    ReviewState,
)
from passerelle.router.reviewing.mapped import change_profile
from passerelle.router.reviewing.matching import (
    change,
    leave,
    match,
    match_suggested,
    suggested_names,
    take_back,
)
from passerelle.router.reviewing.people import narrowed, people_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOVED, OTHER = UUID(int=101), UUID(int=102)
ACCOUNTS = with_providers(
    [Provider(POP3, username="anna@example.com"), Provider(SMTP, users=(ANNA,))]
)


def states(migration: Migration) -> dict[str, str]:
    return {row.name: row.state for row in people_of(migration)}


def row_of(migration: Migration, name: str) -> ReviewRow:
    return people_of(migration).get(name=name)


def finished(migration: Migration) -> Migration:
    migration.refresh_from_db()
    start(migration, "admin")
    run_due()
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE
    return migration


@pytest.fixture
def elsewhere(db: None) -> None:
    """Anna and Bert are here with other identifiers than in the router's files."""
    create_user_with_mailbox("Anna Moved", "anna@example.com", guid=MOVED)
    create_user_with_mailbox("Bert Moved", "b.moved@example.com", guid=OTHER)
    create_user_with_mailbox("Sales Team", "team@example.com")


@pytest.mark.usefixtures("elsewhere")
def test_one_is_matched_by_address_or_name_and_migrates_as_that_user() -> None:
    migration = begun()
    assert set(states(migration).values()) == {ReviewState.UNKNOWN}
    match(row_of(migration, "bert@example.com"), "bert moved")
    assert row_of(migration, "bert@example.com").state == ReviewState.MATCHED
    assert row_of(migration, "bert@example.com").matched_name == "Bert Moved"
    assert summary(migration).counts.linked == 1
    finished(migration)
    mailbox = box_of(OTHER)
    assert mailbox.profile == EmailServerProfile.objects.get()
    assert mailbox.incoming_credential is not None
    assert mailbox.incoming_credential.username == "bert@example.com"


@pytest.mark.usefixtures("elsewhere")
def test_many_are_matched_as_suggested() -> None:
    migration = begun()
    rows = list(people_of(migration))
    assert suggested_names(rows) == {MOVED: "Anna Moved"}
    assert match_suggested(rows) == 1
    assert match_suggested(list(people_of(migration))) == 0, "not twice"
    done = finished(migration)
    assert (result(done).counts.linked, result(done).counts.unmatched) == (1, 2)
    assert box_of(MOVED).profile is not None


@pytest.mark.usefixtures("elsewhere")
def test_left_ones_stay_and_can_be_taken_back() -> None:
    migration = begun()
    match_suggested(list(people_of(migration)))
    assert leave(list(narrowed(people_of(migration), "unmatched", []))) == 2
    assert sorted(states(migration).values()) == ["left", "left", "matched"]
    staying = narrowed(people_of(migration), "staying", []).order_by("name")
    assert [row.name for row in staying] == ["bert@example.com", "sales@example.com"]
    assert summary(migration).counts.unmatched == 0
    Migration.objects.update(review_stale=True)
    migration.refresh_from_db()
    assert sorted(states(migration).values()) == ["left", "left", "matched"], "made anew, the same"
    take_back(list(people_of(migration)))
    migration.refresh_from_db()
    assert set(states(migration).values()) == {ReviewState.UNKNOWN}
    assert not MigrationChoice.objects.exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("nobody@example.com", NobodyMatches, id="nobody"),
        pytest.param("", NobodyMatches, id="nothing"),
        pytest.param("Anna", MatchTaken, id="one-whom-the-files-name"),
        pytest.param("Twin", SeveralMatch, id="two-of-one-name"),
    ],
)
def test_what_cannot_be_matched(text: str, fault: type[Exception]) -> None:
    hire()
    for number in (1, 2):
        create_user_with_mailbox("Twin", f"twin{number}@example.com")
    migration = begun()
    with pytest.raises(fault):
        match(row_of(migration, "Bert"), text)


@pytest.mark.usefixtures("elsewhere")
def test_nobody_is_matched_twice() -> None:
    migration = begun()
    match(row_of(migration, "anna@example.com"), "Anna Moved")
    with pytest.raises(MatchTaken):
        match(row_of(migration, "bert@example.com"), "anna@example.com")


def test_an_account_of_nobody_is_matched_and_joins_its_pair() -> None:
    create_user_with_mailbox("Anna", "a.new@example.com", guid=ANNA)
    migration = begun(ACCOUNTS)
    assert states(migration) == {"Anna": "link", "anna@example.com": "account"}
    match(row_of(migration, "anna@example.com"), "a.new@example.com")
    migration.refresh_from_db()
    assert states(migration) == {"Anna": "matched"}
    take_back(list(people_of(migration)))
    migration.refresh_from_db()
    assert states(migration)["anna@example.com"] == "account"
    match(row_of(migration, "anna@example.com"), "Anna")
    finished(migration)
    profile = EmailServerProfile.objects.get()
    assert (profile.incoming_protocol, profile.outgoing_protocol) == ("pop3", "smtp")
    assert box_of(ANNA).incoming_method == 2


def test_a_start_and_a_user_name_are_mapped_otherwise() -> None:
    hire()
    migration = begun()
    other = datetime(2026, 2, 1, tzinfo=UTC)
    change(row_of(migration, "Anna"), {"start": other, "incoming_username": "anna.b"})
    finished(migration)
    anna = box_of(ANNA)
    assert anna.process_email_received_after == other
    assert anna.incoming_credential is not None
    assert anna.incoming_credential.username == "anna.b"


def test_mapped_values_of_a_profile_are_changed_and_outlive_an_answer() -> None:
    hire()
    read = [Provider(EXCHANGE, username="anna", users=(ANNA,)), Provider(SMTP, users=(ANNA,))]
    migration = begun(with_providers(read))
    (question,) = [q for q in migration.findings["questions"] if q[0] == "server-type"]
    key = f"server-type:{question[1].casefold()}"
    migration = answer(migration, {key: "exchange-2010"})
    row = migration.profiles.get(outcome="merged")
    values = {"incoming_protocol": "imap", "incoming_location": "imap.example.com",
              "incoming_port": 993}  # fmt: skip
    change_profile(row, "By hand", values)
    migration = answer(migration, {key: "exchange-2010"})
    (review,) = [one for one in profiles_of(migration) if one.users]
    assert (review.name, review.changed, review.obstacles) == ("By hand", True, ())
    told = {one.field: one.after for one in review.fields[Direction.INCOMING]}
    assert (told["Protocol"], told["Server"], told["Port"]) == ("IMAP", "imap.example.com", "993")
    assert "Credentials of the user or queue" in told["Credentials"]
    assert summary(migration).cannot_run == ()
    finished(migration)
    profile = EmailServerProfile.objects.get()
    assert (profile.name, profile.incoming_protocol, profile.incoming_port) == (
        "By hand", "imap", 993,
    )  # fmt: skip


def test_values_that_cannot_be_are_refused() -> None:
    hire()
    row = begun().profiles.get()
    with pytest.raises(ValidationError) as error:
        change_profile(row, "x", {"incoming_location": "not a host", "incoming_protocol": "imap"})
    assert set(error.value.message_dict) == {"incoming_location"}
    row.refresh_from_db()
    assert row.changes == {}


def test_the_list_says_who_waits_and_who_is_not_chosen() -> None:
    hire()
    second = with_providers(
        [
            Provider(POP3, username="a", users=(ANNA,)),
            Provider(EXCHANGE, username="b", users=(ANNA,)),
            Provider(SMTP, users=(BERT, SALES)),
        ]
    )
    migration = answer(begun(second), {"server-type:exchange2010provider": "exchange-2010"})
    choose(migration, {one.key: False for one in profiles_of(migration)})
    migration.refresh_from_db()
    assert states(migration) == {
        "anna@example.com": "asked",
        "bert@example.com": "not-chosen",
        "sales@example.com": "not-chosen",
    }


def test_nothing_is_settled_once_it_has_started_or_is_gone() -> None:
    hire()
    migration = begun()
    rows = list(people_of(migration))
    start(migration, "admin")
    with pytest.raises(MigrationNotOpen):
        leave(rows)
    run_due()
    other = begun()
    rows = list(people_of(other))
    abandon(other, "admin")
    with pytest.raises(MigrationNotOpen):
        leave(rows)
    assert not ReviewRow.objects.filter(migration=other.pk).exists()
    assert Mailbox.objects.exclude(profile=None).count() == 3
