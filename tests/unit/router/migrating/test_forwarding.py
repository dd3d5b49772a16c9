"""Forward mailboxes of a router: made, found again, told, and taken back."""

from dataclasses import replace
from io import BytesIO

import pytest
from tests.unit.router.made_up import ANNA, LAST_READ, POP3, SMTP
from tests.unit.router.migrating.company import begun, hire, with_providers

from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults import Secret
from passerelle.faults.router import NoForwardMailbox
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod, Direction
from passerelle.mailboxes.services import (
    create_forward_mailbox,
    create_user_with_mailbox,
    set_mailbox_password,
    update_mailbox,
)
from passerelle.router.files.values import Provider, State
from passerelle.router.migrating.crash_points import (
    BEFORE_ACTIVATION,
    CRASH_POINTS,
    UNDO_CRASH_POINTS,
)
from passerelle.router.migrating.steps import start
from passerelle.router.migrating.summaries import result, summary
from passerelle.router.models import (
    Migration,
    MigrationRecipient,
    MigrationState,
    RecipientAction,
    ReviewState,
)
from passerelle.router.reporting.report import report, report_lines
from passerelle.router.reviewing.bringing import bring_credentials
from passerelle.router.reviewing.forwarding import make_forward
from passerelle.router.reviewing.matching import match, take_back
from passerelle.router.reviewing.people import people_of
from passerelle.router.undoing.steps import undo, undo_preview

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORWARD = "forward@example.com"
ROUTER = replace(
    with_providers(
        [
            Provider(POP3, username=FORWARD, has_password=True),
            Provider(SMTP, username="relay@example.com", users=(ANNA,)),
            Provider(SMTP, username="noreply@example.com"),
        ]
    ),
    states=(State(FORWARD, LAST_READ),),
)


def settled() -> Migration:
    """A draft whose account was said to be a forward mailbox."""
    migration = begun(ROUTER)
    assert make_forward(list(people_of(migration).filter(name=FORWARD))) == 1
    migration.refresh_from_db()
    return migration


def finished(migration: Migration) -> Migration:
    start(migration, "admin")
    run_due()
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE
    return migration


def undone(migration: Migration) -> None:
    undo(migration, "admin")
    run_due()


def only() -> Mailbox:
    return Mailbox.objects.get(is_forward_mailbox=True)


def test_an_account_of_nobody_becomes_a_forward_mailbox_with_profile_methods_and_start() -> None:
    migration = settled()
    row = people_of(migration).get(name=FORWARD)
    assert (row.kind, row.state) == ("forward", ReviewState.CREATE)
    assert summary(migration).counts.made == 1
    finished(migration)
    mailbox = only()
    assert (mailbox.email_address, mailbox.name) == (FORWARD, FORWARD)
    assert mailbox.incoming_method == DeliveryMethod.SERVER_SIDE
    assert mailbox.outgoing_method == DeliveryMethod.NONE
    assert mailbox.process_email_received_after == LAST_READ
    assert mailbox.approval == AccessApproval.PENDING
    assert mailbox.profile is not None
    assert mailbox.profile.incoming_location == "pop.example.com"
    assert mailbox.incoming_credential is not None
    assert mailbox.incoming_credential.username == FORWARD
    mailbox.full_clean()


def test_page_table_and_json_tell_of_it() -> None:
    migration = finished(settled())
    told = result(migration)
    assert (told.counts.made, told.counts.linked, told.mailbox_passwords) == (1, 0, 1)
    assert report(migration)["counts"]["made"] == 1
    lines = [line for line in report_lines(migration) if FORWARD in line]
    assert "Forward mailbox" in lines[0]
    assert "A new forward mailbox is made." in lines[0]


def test_its_credentials_are_brought_by_a_table() -> None:
    migration = settled()
    table = BytesIO(f"address,password\n{FORWARD},sesame\n".encode())
    assert bring_credentials(migration, table).taken == 1
    finished(migration)
    credential = only().incoming_credential
    assert credential is not None
    assert credential.ciphertext is not None
    assert result(migration).mailbox_passwords == 0


def test_one_that_is_there_is_linked_by_its_address_without_being_asked_for() -> None:
    mailbox = create_forward_mailbox("Forwarded", FORWARD.upper())
    migration = begun(ROUTER)
    row = people_of(migration).get(kind="forward")
    assert (row.name, row.state) == ("Forwarded", ReviewState.LINK)
    finished(migration)
    mailbox.refresh_from_db()
    assert Mailbox.objects.filter(is_forward_mailbox=True).get() == mailbox
    assert mailbox.profile is not None
    undone(migration)
    mailbox.refresh_from_db()
    assert mailbox.profile is None


def test_an_account_without_an_address_is_matched_with_one_that_is_there() -> None:
    mailbox = create_forward_mailbox("Forwarded", "other@example.com")
    migration = begun(with_providers([Provider(POP3, username="DOMAIN\\fwd")]))
    rows = list(people_of(migration))
    with pytest.raises(NoForwardMailbox):
        make_forward(rows)
    match(rows[0], "forwarded")
    migration.refresh_from_db()
    finished(migration)
    mailbox.refresh_from_db()
    assert mailbox.profile is not None


@pytest.mark.parametrize(
    "account",
    [
        pytest.param("noreply@example.com", id="an-account-that-only-sends-is-none"),
        pytest.param("shared@example.com", id="the-address-of-somebody-is-none"),
    ],
)
def test_what_cannot_be_one_is_refused(account: str) -> None:
    create_user_with_mailbox("One", "shared@example.com")
    create_user_with_mailbox("Two", "second@example.com")
    Mailbox.objects.filter(name="Two").update(email_address="shared@example.com")
    migration = begun(
        replace(ROUTER, providers=(*ROUTER.providers, Provider(POP3, username="unknown")))
    )
    rows = list(people_of(migration).filter(name=account))
    with pytest.raises(NoForwardMailbox):
        make_forward(rows)


def test_taken_back_it_is_an_account_again() -> None:
    migration = settled()
    take_back(list(people_of(migration).filter(name=FORWARD)))
    migration.refresh_from_db()
    assert people_of(migration).get(name=FORWARD).kind == "account"


def test_one_whose_address_somebody_got_meanwhile_is_not_made() -> None:
    migration = settled()
    start(migration, "admin")
    with crash_points.kill_at(BEFORE_ACTIVATION), pytest.raises(Killed):
        run_due()
    create_user_with_mailbox("Late", FORWARD)
    run_due()
    row = MigrationRecipient.objects.get(kind="forward")
    assert row.action == RecipientAction.CHANGED
    assert not Mailbox.objects.filter(is_forward_mailbox=True).exists()


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_it_is_made_once(point: str) -> None:
    hire()
    migration = settled()
    start(migration, "admin")
    with crash_points.kill_at(point), pytest.raises(Killed):
        run_due()
    run_due()
    assert only().email_address == FORWARD
    migration.refresh_from_db()
    assert migration.state == MigrationState.DONE


@pytest.mark.parametrize("point", UNDO_CRASH_POINTS)
def test_undone_it_is_gone_with_its_credential_and_profile(point: str) -> None:
    hire()
    before = Credential.objects.count()
    migration = finished(settled())
    assert undo_preview(migration).mailboxes == 2
    undo(migration, "admin")
    with crash_points.kill_at(point), pytest.raises(Killed):
        run_due()
    run_due()
    assert not Mailbox.objects.filter(is_forward_mailbox=True).exists()
    assert not EmailServerProfile.objects.exists()
    assert Credential.objects.count() == before


def test_undoing_leaves_one_that_a_person_worked_on() -> None:
    hire()
    migration = finished(settled())
    mailbox = only()
    set_mailbox_password(mailbox, Direction.INCOMING, FORWARD, Secret("sesame"))
    update_mailbox(mailbox, name="Ours now")
    undone(migration)
    assert only().name == "Ours now"


def test_migrated_again_it_is_already_so() -> None:
    finished(settled())
    again = begun(ROUTER)
    assert people_of(again).get(kind="forward").state == ReviewState.SAME
