"""Activates what is staged, in one short transaction of a few statements.

All values were prepared before, so other writers wait for as long as the database takes to copy
them: one UPDATE for all mailboxes. A mailbox that is no longer as the plan saw it is left alone
and said so.
"""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.services import system_settings
from passerelle.router.files.merging import free_name
from passerelle.router.files.starting import DEFAULT_REACH
from passerelle.router.migrating.crash_points import (
    AFTER_ACTIVATION,
    BEFORE_ACTIVATION,
    IN_ACTIVATION,
)
from passerelle.router.migrating.forwarding import make_forward_mailboxes
from passerelle.router.migrating.planning import told
from passerelle.router.migrating.staging import still_runs
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
    RecipientAction,
)
from passerelle.router.storing.copying import Copying, column, copying, credential
from passerelle.router.undoing.standing import (
    holds_final_values,
    linked_rows,
    snapshot,
    versions_of,
)

log = structlog.get_logger(__name__)

KEYS_AT_ONCE = 500

# Column of the mailbox → its final value, `m` the mailbox and `r` the staged row.
_FINAL = {
    "profile": "r.{target_id}",
    "incoming_method": "r.{incoming_method}",
    "outgoing_method": "r.{outgoing_method}",
    "process_email_received_after": "r.{process_after}",
    "allow_credentials": "r.{allow_credentials}",
    "modified_on": "%s",
}
_AS_PLANNED = (
    ("profile", "r.{before_profile_id}"),
    ("incoming_method", "r.{before_incoming}"),
    ("outgoing_method", "r.{before_outgoing}"),
    ("process_email_received_after", "r.{before_start}"),
    ("allow_credentials", "r.{before_allow}"),
    ("incoming_credential", "r.{before_incoming_credential_id}"),
    ("outgoing_credential", "r.{before_outgoing_credential_id}"),
)


def activate(migration: Migration, lease: Lease) -> None:
    """Make it real, all or nothing. Raises `NoLongerRunning`."""
    profiles = list(migration.profiles.exclude(action=""))
    staged = MigrationRecipient.objects.filter(migration=migration)
    expected = staged.filter(action=RecipientAction.LINK).count()
    linking = _linking_of(staged)
    settings = system_settings()
    crash_point(BEFORE_ACTIVATION)
    with transaction.atomic():
        still_runs(migration, lease)
        now = timezone.now()
        _save_profiles(profiles, now)
        linked = linking.run(migration.pk, connection.ops.adapt_datetimefield_value(now))
        if linked != expected:
            _mark_left(staged)
        make_forward_mailboxes(staged, settings)
        crash_point(IN_ACTIVATION)
        Migration.objects.filter(pk=migration.pk).update(
            state=MigrationState.DONE, finished_on=now, last_code=""
        )
    log.info("migration.activated", migration=str(migration.pk), linked=linked)
    crash_point(AFTER_ACTIVATION)


def _save_profiles(rows: list[MigrationProfile], now: datetime) -> None:
    new = [row for row in rows if row.action == ProfileAction.CREATE]
    changed = {row.target_id: row for row in rows if row.action == ProfileAction.UPDATE}
    names = EmailServerProfile.objects.order_by().values_list("name", flat=True)
    used = {name.casefold() for name in names} if new else set()
    made: list[EmailServerProfile] = []
    for row in new:
        profile = EmailServerProfile(profile_id=row.target_id, name=free_name(row.name, used))
        used.add(profile.name.casefold())
        _put(profile, row, now)
        made.append(profile)
    EmailServerProfile.objects.bulk_create(made)
    stored = list(EmailServerProfile.objects.filter(pk__in=list(changed)))
    for profile in stored:
        changed[profile.pk].before = snapshot(profile)
        _put(profile, changed[profile.pk], now)
        profile.modified_on = now
    if stored:
        columns = {column for row in changed.values() for column in _columns(row)}
        EmailServerProfile.objects.bulk_update(
            stored, [*sorted(columns), "process_emails_received_after", "modified_on"]
        )
    _keep_snapshots(rows, [*made, *stored])


def _keep_snapshots(rows: list[MigrationProfile], profiles: list[EmailServerProfile]) -> None:
    """What each profile holds now, so that undoing sees what was changed since."""
    by_id = {row.target_id: row for row in rows}
    versions = versions_of(profiles)
    for profile in profiles:
        row = by_id[profile.pk]
        row.after = snapshot(profile)
        held = (str(profile.incoming_credential_id), str(profile.outgoing_credential_id))
        row.credential_versions = {key: versions[key] for key in held if key in versions}
    MigrationProfile.objects.bulk_update(
        rows, ["before", "after", "credential_versions"], batch_size=100
    )


def _columns(row: MigrationProfile) -> dict[str, object]:
    """The values of the profile's own columns; a credential is given by its key."""
    values = told(row.values)
    return {
        column.removesuffix("_id"): value
        for column, value in values.items()
        if not column.endswith("_username") and column != "brought"
    }


def _put(profile: EmailServerProfile, row: MigrationProfile, now: datetime) -> None:
    for name, value in _columns(row).items():
        if name.endswith("_credential"):
            setattr(profile, f"{name}_id", UUID(str(value)))
        else:
            setattr(profile, name, value)
    profile.process_emails_received_after = now - DEFAULT_REACH


def _linking_of(staged: QuerySet[MigrationRecipient]) -> Copying:
    """Credentials that nobody was given are left out: their indexes need not be written."""
    known = staged.aggregate(Count("incoming_credential_id"), Count("outgoing_credential_id"))
    given = {
        f"{way}_credential": credential(way, f"m.{column(Mailbox, f'{way}_credential')}")
        for way in ("incoming", "outgoing")
        if known[f"{way}_credential_id__count"]
    }
    only = f"r.{{action}} = '{RecipientAction.LINK.value}'"
    return copying(staged, {**_FINAL, **given}, _AS_PLANNED, only)


def _mark_left(staged: QuerySet[MigrationRecipient]) -> None:
    """Say which mailboxes were changed between the plan and now, and therefore left."""
    rows = staged.filter(action=RecipientAction.LINK)
    linked = linked_rows(rows).filter(holds_final_values()).values_list("pk", flat=True)
    left = sorted(set(rows.values_list("pk", flat=True)) - set(linked))
    for start in range(0, len(left), KEYS_AT_ONCE):
        keys = left[start : start + KEYS_AT_ONCE]
        MigrationRecipient.objects.filter(pk__in=keys).update(action=RecipientAction.CHANGED)
