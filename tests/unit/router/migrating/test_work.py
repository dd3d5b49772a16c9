"""A whole migration: what it makes, what it leaves, again, and killed at each point."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from tests.unit.router.made_up import (
    ANNA,
    BERT,
    LAST_READ,
    POP3,
    PROVIDERS,
    SMTP,
)
from tests.unit.router.migrating.company import (
    EXCHANGE,
    begun,
    box_of,
    hire,
    migrated,
    with_providers,
)

from passerelle.crm.models import SystemUser
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults import Secret
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    DeliveryMethod,
    Direction,
)
from passerelle.mailboxes.services import (
    create_profile,
    set_mailbox_password,
    system_settings,
    update_mailbox,
    update_profile,
)
from passerelle.router.files.values import Direction as RouterSide
from passerelle.router.files.values import Provider
from passerelle.router.migrating.crash_points import CRASH_POINTS, STAGED_CHUNK
from passerelle.router.migrating.pages import findings, profiles_of, progress
from passerelle.router.migrating.steps import abandon, answer, choose, start
from passerelle.router.migrating.summaries import result, summary
from passerelle.router.models import (
    Migration,
    MigrationRecipient,
    MigrationState,
    UnderstoodSet,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
UNKNOWN = UUID(int=99)
NAME = "pop3 pop.example.com + smtp smtp.example.com"


def test_profiles_are_made_and_mailboxes_linked() -> None:
    hire()
    migration = migrated()
    assert migration.state == MigrationState.DONE
    profile = EmailServerProfile.objects.get()
    assert (profile.name, profile.incoming_protocol, profile.outgoing_protocol) == (
        NAME,
        "pop3",
        "smtp",
    )
    assert (profile.incoming_location, profile.incoming_port) == ("pop.example.com", 995)
    assert profile.process_emails_received_after is not None
    reach = timezone.now() - profile.process_emails_received_after
    assert timedelta(hours=24) <= reach < timedelta(hours=25)
    anna = box_of(ANNA)
    assert anna.profile == profile
    assert (anna.incoming_method, anna.outgoing_method) == (2, 2)
    assert anna.process_email_received_after == LAST_READ
    assert anna.allow_credentials
    assert anna.incoming_credential is not None
    assert anna.incoming_credential.username == "anna@example.com"
    assert not anna.incoming_credential.is_password_set
    assert anna.outgoing_credential is None  # anonymous
    assert box_of(BERT).process_email_received_after is None  # the router never said


def test_nobody_is_approved_or_enabled_and_the_switch_stays() -> None:
    hire()
    before = system_settings().process_email_using
    migrated()
    for mailbox in Mailbox.objects.all():
        assert mailbox.approval == AccessApproval.PENDING
        assert not mailbox.enabled_for_incoming
        assert not mailbox.enabled_for_outgoing
    assert system_settings().process_email_using == before


def test_only_directions_that_the_router_served_change() -> None:
    hire()
    update_mailbox(box_of(ANNA), incoming_method=DeliveryMethod.OUTLOOK)
    migrated(with_providers([Provider(SMTP, users=(ANNA,))]))
    assert box_of(ANNA).incoming_method == DeliveryMethod.OUTLOOK
    assert box_of(ANNA).outgoing_method == DeliveryMethod.SERVER_SIDE
    assert not box_of(ANNA).allow_credentials


def test_people_whom_nobody_knows_are_listed_and_not_made() -> None:
    migration = migrated()
    assert not SystemUser.objects.exists()
    done = result(migration)
    assert (done.counts.unmatched, done.counts.linked) == (3, 0)
    assert {one.name for one in done.unmatched} == {
        "anna@example.com",
        "bert@example.com",
        "sales@example.com",
    }


def test_a_profile_may_hold_the_account() -> None:
    hire()
    shared = replace(POP3, credential="OtherSpecified")
    migration = migrated(with_providers([Provider(shared, username="reader", users=(ANNA, BERT))]))
    profile = EmailServerProfile.objects.get()
    assert profile.incoming_credential is not None
    assert profile.incoming_credential.username == "reader"
    assert not profile.incoming_credential.is_password_set
    assert box_of(ANNA).incoming_credential is None
    assert not box_of(ANNA).allow_credentials
    assert result(migration).profile_passwords == ((profile.name, RouterSide.INCOMING, "reader"),)
    again = migrated(with_providers([Provider(shared, username="reader", users=(ANNA, BERT))]))
    assert result(again).counts.already_so == 2
    assert Credential.objects.count() == 1


def test_an_exchange_connection_is_kept_and_says_that_it_cannot_run() -> None:
    hire()
    provider = Provider(EXCHANGE, username="anna", users=(ANNA,))
    migration = begun(with_providers([provider, Provider(SMTP, users=(ANNA,))]))
    (question,) = findings(migration).questions
    migration = answer(migration, {question.key: "exchange-2010"})
    (told,) = summary(migration).cannot_run
    assert told[1] is RouterSide.INCOMING
    start(migration, "admin")
    run_due()
    profile = EmailServerProfile.objects.get()
    assert (profile.incoming_protocol, profile.outgoing_protocol) == ("exchange", "smtp")
    assert profile.incoming_location == EXCHANGE.server


def test_again_it_changes_nothing() -> None:
    hire()
    migrated()
    before = _everything()
    again = migrated()
    counts = result(again).counts
    assert (counts.already_so, counts.linked, counts.conflicts) == (3, 0, 0)
    assert _everything() == before


def test_a_profile_changed_since_keeps_the_change_unless_confirmed() -> None:
    hire()
    migrated()
    update_profile(EmailServerProfile.objects.get(), incoming_protocol="imap", incoming_port=993)
    migration = begun()
    assert "changed since" in profiles_of(migration)[0].conflict_text
    start(migration, "admin")
    run_due()
    assert EmailServerProfile.objects.get().incoming_protocol == "imap"
    migration = begun()
    choose(migration, {}, {profiles_of(migration)[0].key: True})
    start(migration, "admin")
    run_due()
    profile = EmailServerProfile.objects.get()
    assert (profile.incoming_protocol, profile.incoming_port) == ("pop3", 995)


def test_a_stranger_of_the_same_name_stays_as_it_is() -> None:
    hire()
    create_profile(NAME, incoming_location="other.example.com")
    migration = begun()
    assert NAME in profiles_of(migration)[0].conflict_text
    start(migration, "admin")
    run_due()
    assert EmailServerProfile.objects.get(name=NAME).incoming_location == "other.example.com"
    profile = box_of(ANNA).profile
    assert profile is not None
    assert profile.name == f"{NAME} (2)"


def test_a_mailbox_with_another_profile_is_left_unless_confirmed() -> None:
    hire()
    mine = create_profile("By hand", incoming_location="imap.example.com")
    update_mailbox(box_of(ANNA), profile=mine)
    done = result(migrated())
    assert (done.counts.conflicts, done.counts.linked) == (1, 2)
    assert [one.name for one in done.conflicts] == ["Anna"]
    assert box_of(ANNA).profile == mine
    migration = begun()
    choose(migration, {}, {profiles_of(migration)[0].key: True})
    assert summary(migration).counts.linked == 1
    start(migration, "admin")
    run_due()
    assert box_of(ANNA).profile != mine


def test_another_user_name_entered_by_hand_stays() -> None:
    hire()
    set_mailbox_password(box_of(ANNA), Direction.INCOMING, "anna.b", Secret("one two three"))
    done = result(migrated())
    assert done.counts.conflicts == 1
    assert box_of(ANNA).profile is None


def test_a_password_that_is_there_stays() -> None:
    hire()
    name = "anna@example.com"
    set_mailbox_password(box_of(ANNA), Direction.INCOMING, name, Secret("one two three"))
    migrated()
    credential = box_of(ANNA).incoming_credential
    assert credential is not None
    assert credential.is_password_set


def test_a_start_set_by_a_person_stays() -> None:
    hire()
    by_hand = datetime(2026, 1, 1, tzinfo=UTC)
    update_mailbox(box_of(ANNA), process_email_received_after=by_hand)
    migrated()
    assert box_of(ANNA).process_email_received_after == by_hand


def test_a_mailbox_changed_between_plan_and_activation_is_left() -> None:
    hire()
    start(begun(), "admin")
    with crash_points.kill_at("migration.before-activation"), pytest.raises(Killed):
        run_due()
    mine = create_profile("By hand", incoming_location="imap.example.com")
    update_mailbox(box_of(ANNA), profile=mine)
    run_due()
    done = result(Migration.objects.get())
    assert box_of(ANNA).profile == mine
    assert (done.counts.linked, done.counts.conflicts) == (2, 1)
    assert not Credential.objects.filter(username="anna@example.com").exists()


def test_the_summary_foretells_the_result() -> None:
    hire()
    migration = begun(with_providers([*PROVIDERS, Provider(SMTP, users=(UNKNOWN,))]))
    before = summary(migration)
    start(migration, "admin")
    run_due()
    after = result(Migration.objects.get())
    assert before == after
    assert before.counts.unmatched == 1
    assert before.mailbox_passwords == 3


def test_progress_counts_what_is_staged() -> None:
    hire()
    migration = migrated()
    now = progress(migration)
    assert (now.staged, now.total, now.percent, now.failure) == (3, 3, 100, "")


def test_an_abandoned_run_leaves_nothing_behind() -> None:
    hire()
    migration = start(begun(), "admin")
    before = _everything()
    with crash_points.kill_at(STAGED_CHUNK), pytest.raises(Killed):
        run_due()
    assert Credential.objects.exists()
    abandon(migration, "admin")
    run_due()
    assert _everything() == before
    assert not MigrationRecipient.objects.exists()
    assert not UnderstoodSet.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_it_ends_the_same(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerelle.router.migrating.deciding.CHUNK", 1)
    hire()
    start(begun(), "admin")
    with crash_points.kill_at(point), pytest.raises(Killed):
        run_due()
    activated = point in CRASH_POINTS[CRASH_POINTS.index("migration.after-activation") :]
    linked = Mailbox.objects.exclude(profile=None).count()
    assert linked == (3 if activated else 0)
    assert EmailServerProfile.objects.count() == (1 if activated else 0)
    run_due()
    assert Migration.objects.get().state == MigrationState.DONE
    assert Mailbox.objects.filter(profile=EmailServerProfile.objects.get()).count() == 3
    assert MigrationRecipient.objects.count() == 3
    assert Credential.objects.count() == 3
    assert not UnderstoodSet.objects.exists()


def test_all_points_are_passed() -> None:
    hire()
    with crash_points.passages() as passed:
        migrated()
    ours = [name for name in passed if name.startswith("migration.")]
    assert tuple(dict.fromkeys(ours)) == CRASH_POINTS


def _everything() -> list[object]:
    """All that a person could see changed."""
    return [
        list(EmailServerProfile.objects.order_by("pk").values()),
        list(Mailbox.objects.order_by("pk").values()),
        list(Credential.objects.order_by("pk").values()),
    ]
