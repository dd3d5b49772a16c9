"""Stages a migration: final values of profiles and mailboxes, in committed chunks.

What is staged changes nothing that anybody uses. Killed anywhere, the next run goes on behind the
last chunk. Credentials are made here, with a user name and without a password; nothing refers to
them before the activation.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential
from passerelle.router.files.format import Who
from passerelle.router.files.merged import MergedProfile, RecipientKind
from passerelle.router.files.merging import Merge
from passerelle.router.files.values import Direction
from passerelle.router.migrating.crash_points import DECIDED, STAGED_CHUNK
from passerelle.router.migrating.deciding import (
    Planned,
    chosen_profiles,
    decide_profiles,
    final_values,
    planned_chunks,
)
from passerelle.router.migrating.planning import MailboxNow, ProfilePlan, own_account
from passerelle.router.migrating.proposals import merged_of
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
)
from passerelle.router.reviewing.brought import brought_people, brought_profiles, profile_source
from passerelle.router.storing.collecting import collector_paused
from passerelle.router.storing.inserting import insert_values

_COLUMNS = (  # in the order of `_row`
    "migration",
    "profile",
    "kind",
    "guid",
    "name",
    "address",
    "last_error",
    "action",
    "mailbox",
    "target_id",
    "before_profile_id",
    "before_incoming",
    "before_outgoing",
    "before_start",
    "before_allow",
    "before_incoming_credential_id",
    "before_outgoing_credential_id",
    "incoming_method",
    "outgoing_method",
    "process_after",
    "allow_credentials",
    "incoming_credential_id",
    "outgoing_credential_id",
    "replaces",
    "credential_version",
    "asks",
    "undone",
)
NAME_CHARS = 200  # MigrationRecipient.name
Chosen = list[tuple[MigrationProfile, MergedProfile]]


class NoLongerRunning(Exception):
    """A person abandoned the migration; nothing more is written."""


@collector_paused()
def stage(migration: Migration, lease: Lease) -> None:
    """Stage whatever is not staged yet. Raises `NoLongerRunning`."""
    merged: Merge = merged_of(migration)
    chosen = chosen_profiles(merged, migration.profiles.all())
    _decide(migration, chosen, lease)
    rows = {row.key: row for row, _ in chosen}
    plans = {row.key: _plan(row, profile) for row, profile in chosen}
    brought = brought_people(migration)
    for chunk in planned_chunks(chosen, plans, _staged(migration)):
        _save(migration, chunk, rows, brought, lease)
        crash_point(STAGED_CHUNK)


def still_runs(migration: Migration, lease: Lease, staged: int = 0) -> None:
    """First in each transaction: the lease holds and nobody abandoned. Counts what is staged."""
    fence(lease)
    running = Migration.objects.filter(pk=migration.pk, state=MigrationState.RUNNING)
    if not running.update(staged=F("staged") + staged):
        raise NoLongerRunning


def _decide(migration: Migration, chosen: Chosen, lease: Lease) -> None:
    """Fix what becomes of each profile, once: later runs find it in the rows."""
    if any(row.action for row, _ in chosen):
        return
    decisions = decide_profiles(chosen)
    credentials: list[Credential] = []
    brought = brought_profiles(migration)
    for row, profile in chosen:
        decision = decisions[row.key]
        row.action = decision.action
        row.target_id = decision.target_id or new_guid()
        row.values = final_values(row, profile)
        if row.action in {ProfileAction.CREATE, ProfileAction.UPDATE}:
            credentials += _profile_credentials(row, brought)
    with transaction.atomic():
        still_runs(migration, lease)
        Credential.objects.bulk_create(credentials, batch_size=500)
        MigrationProfile.objects.bulk_update(
            [row for row, _ in chosen], ["action", "target_id", "values"], batch_size=100
        )
    crash_point(DECIDED)


def _profile_credentials(
    row: MigrationProfile, brought: Mapping[str, UUID]
) -> Iterable[Credential]:
    """The account of each direction that the profile holds; one account is one credential."""
    made: dict[str, Credential] = {}
    for way in ("incoming", "outgoing"):
        username = row.values.get(f"{way}_username")
        given = brought.get(profile_source(row.key, way))
        if given is not None:
            row.values[f"{way}_credential_id"] = str(given)
            row.values["brought"] = [*row.values.get("brought", []), way]
        elif username:
            credential = made.setdefault(username, Credential(username=username))
            row.values[f"{way}_credential_id"] = str(credential.pk)
    return made.values()


def _plan(row: MigrationProfile, profile: MergedProfile) -> ProfilePlan:
    assert row.target_id is not None  # decided
    return ProfilePlan(row.target_id, row.confirmed, own_account(final_values(row, profile)))


def _staged(migration: Migration) -> frozenset[Who]:
    rows = MigrationRecipient.objects.filter(migration=migration).values_list("kind", "guid")
    return frozenset(Who(RecipientKind(kind), guid) for kind, guid in rows.iterator())


def _save(
    migration: Migration,
    chunk: list[Planned],
    rows: dict[str, MigrationProfile],
    brought: Mapping[Who, UUID],
    lease: Lease,
) -> None:
    credentials: list[tuple[UUID, str]] = []
    staged = [_row(rows[one.profile.key], one, credentials, brought) for one in chunk]
    made_on = timezone.now()
    with transaction.atomic():
        still_runs(migration, lease, len(staged))
        insert_values(
            Credential,
            ("credential_id", "username", "key_id", "version", "changed_on"),
            ((key, username, "", 1, made_on) for key, username in credentials),
        )
        insert_values(MigrationRecipient, _COLUMNS, staged)


def _row(
    profile: MigrationProfile,
    planned: Planned,
    credentials: list[tuple[UUID, str]],
    people: Mapping[Who, UUID],
) -> tuple[object, ...]:
    """The values of `_COLUMNS`; the credentials that it needs are added to those to be made."""
    recipient, plan, mailbox = planned.recipient, planned.plan, planned.plan.mailbox
    brought = people.get(Who(recipient.kind, recipient.guid)) if plan.asks else None
    if brought is not None:
        incoming, outgoing = (brought if way in plan.asks else None for way in Direction)
    else:
        incoming = _credential(plan.incoming_username, credentials)
        outgoing = incoming  # one account for both directions is one credential
        if plan.outgoing_username != plan.incoming_username:
            outgoing = _credential(plan.outgoing_username, credentials)
    return (
        profile.migration_id,
        profile.pk,
        recipient.kind.value,
        recipient.guid,
        (mailbox.name if mailbox else recipient.address or str(recipient.guid))[:NAME_CHARS],
        recipient.address,
        recipient.last_error,
        plan.action.value,
        mailbox.mailbox_id if mailbox else None,
        profile.target_id,
        *_before(mailbox),
        plan.incoming_method,
        plan.outgoing_method,
        plan.start,
        plan.allow_credentials,
        incoming,
        outgoing,
        plan.replaces,
        1,
        bool(plan.asks) and brought is None,
        "",
    )


def _before(mailbox: MailboxNow | None) -> tuple[object, ...]:
    """What undoing puts back, in the order of the columns that begin so."""
    if mailbox is None:
        return (None, 0, 0, None, False, None, None)
    return (
        mailbox.profile_id,
        mailbox.incoming_method,
        mailbox.outgoing_method,
        mailbox.start,
        mailbox.allow_credentials,
        mailbox.incoming_credential_id,
        mailbox.outgoing_credential_id,
    )


def _credential(username: str, credentials: list[tuple[UUID, str]]) -> UUID | None:
    if not username:
        return None
    key = new_guid()
    credentials.append((key, username))
    return key
