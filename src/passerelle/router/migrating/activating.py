"""Activates what is staged, in one short transaction of a few statements.

All values were prepared before, so other writers wait for as long as the database takes to copy
them: one UPDATE for all mailboxes. A mailbox that is no longer as the plan saw it is left alone
and said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Count, Max, Min, Model, QuerySet
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.router.files.merging import free_name
from passerelle.router.files.starting import DEFAULT_REACH
from passerelle.router.migrating.crash_points import (
    AFTER_ACTIVATION,
    BEFORE_ACTIVATION,
    IN_ACTIVATION,
)
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

log = structlog.get_logger(__name__)

KEYS_AT_ONCE = 500

# Column of the mailbox → its final value, `m` the mailbox and `r` the staged row.
_FINAL = {
    "profile": "r.{target_id}",
    "incoming_method": "r.{incoming_method}",
    "outgoing_method": "r.{outgoing_method}",
    "process_email_received_after": "r.{process_after}",
    "allow_credentials": "r.{allow_credentials}",
    "incoming_credential": "{incoming}",
    "outgoing_credential": "{outgoing}",
    "modified_on": "%s",
}
_CREDENTIAL = (
    "CASE WHEN r.{replaces} THEN COALESCE(r.{staged}, m.{there}) "
    "ELSE COALESCE(m.{there}, r.{staged}) END"
)
_AS_PLANNED = (
    ("profile", "before_profile_id"),
    ("incoming_method", "before_incoming"),
    ("outgoing_method", "before_outgoing"),
)


@dataclass(frozen=True, slots=True)
class _Linking:
    """The one statement, made before the transaction; `span` are the staged rows' numbers."""

    statement: str
    span: tuple[int, int]


def activate(migration: Migration, lease: Lease) -> None:
    """Make it real, all or nothing. Raises `NoLongerRunning`."""
    profiles = list(migration.profiles.exclude(action=""))
    staged = MigrationRecipient.objects.filter(migration=migration)
    expected = staged.filter(action=RecipientAction.LINK).count()
    linking = _linking_of(staged)
    crash_point(BEFORE_ACTIVATION)
    with transaction.atomic():
        still_runs(migration, lease)
        now = timezone.now()
        _save_profiles(profiles, now)
        linked = _link(linking, migration.pk, now)
        if linked != expected:
            _mark_left(migration)
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
        _put(profile, changed[profile.pk], now)
        profile.modified_on = now
    if stored:
        columns = {column for row in changed.values() for column in _columns(row)}
        EmailServerProfile.objects.bulk_update(
            stored, [*sorted(columns), "process_emails_received_after", "modified_on"]
        )


def _columns(row: MigrationProfile) -> dict[str, object]:
    """The values of the profile's own columns; a credential is given by its key."""
    values = told(row.values)
    return {
        column.removesuffix("_id"): value
        for column, value in values.items()
        if not column.endswith("_username")
    }


def _put(profile: EmailServerProfile, row: MigrationProfile, now: datetime) -> None:
    for column, value in _columns(row).items():
        if column.endswith("_credential"):
            setattr(profile, f"{column}_id", UUID(str(value)))
        else:
            setattr(profile, column, value)
    profile.process_emails_received_after = now - DEFAULT_REACH


def _linking_of(staged: QuerySet[MigrationRecipient]) -> _Linking:
    """Credentials that nobody was given are left out: their indexes need not be written."""
    known = staged.aggregate(
        Min("pk"), Max("pk"), Count("incoming_credential_id"), Count("outgoing_credential_id")
    )
    unused = {
        f"{way}_credential"
        for way in ("incoming", "outgoing")
        if not known[f"{way}_credential_id__count"]
    }
    columns = {name: value for name, value in _FINAL.items() if name not in unused}
    return _Linking(_statement(columns), (known["pk__min"] or 0, known["pk__max"] or 0))


def _statement(columns: Mapping[str, str]) -> str:
    """UPDATE … FROM, which both databases know and Django's queries do not.

    The staged rows are read by their number, as they lie: by the index of their migration SQLite
    takes twice as long. COALESCE keeps it from that index.
    """
    names = {field.attname: field.column for field in MigrationRecipient._meta.concrete_fields}
    for way in ("incoming", "outgoing"):
        names[way] = _CREDENTIAL.format(
            replaces=names["replaces"],
            staged=names[f"{way}_credential_id"],
            there=_column(Mailbox, f"{way}_credential"),
        )
    settings = ", ".join(
        f"{_column(Mailbox, name)} = {value.format(**names)}" for name, value in columns.items()
    )
    as_planned = " AND ".join(
        f"m.{_column(Mailbox, now)} IS NOT DISTINCT FROM r.{names[before]}"
        for now, before in _AS_PLANNED
    )
    key = names["migration_id"]
    return (
        f"UPDATE {Mailbox._meta.db_table} AS m SET {settings} "  # noqa: S608 - columns of models
        f"FROM {MigrationRecipient._meta.db_table} AS r "
        f"WHERE m.{_column(Mailbox, 'mailbox_id')} = r.{names['mailbox_id']} "
        f"AND r.{names['id']} BETWEEN %s AND %s AND COALESCE(r.{key}, r.{key}) = %s "
        f"AND r.{names['action']} = %s AND {as_planned}"
    )


def _column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _link(linking: _Linking, migration_id: UUID, now: datetime) -> int:
    key = MigrationRecipient._meta.get_field("migration").get_db_prep_value(
        migration_id, connection, prepared=False
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(linking.statement, [moment, *linking.span, key, RecipientAction.LINK.value])
        return int(cursor.rowcount)


def _mark_left(migration: Migration) -> None:
    """Say which mailboxes were changed between the plan and now, and therefore left."""
    rows = MigrationRecipient.objects.filter(migration=migration, action=RecipientAction.LINK)
    left = [
        row_id
        for row_id, *final, profile, incoming, outgoing in rows.values_list(
            "pk",
            "target_id",
            "incoming_method",
            "outgoing_method",
            "mailbox__profile_id",
            "mailbox__incoming_method",
            "mailbox__outgoing_method",
        )
        if final != [profile, incoming, outgoing]
    ]
    for start in range(0, len(left), KEYS_AT_ONCE):
        keys = left[start : start + KEYS_AT_ONCE]
        MigrationRecipient.objects.filter(pk__in=keys).update(action=RecipientAction.CHANGED)
