"""A migration as work of the engine: stage, activate, clean up; killed anywhere, it goes on.

Cleaning up removes what nothing needs any more: the packed set, and credentials that were staged
for mailboxes that were left alone. What was migrated stays listed.
"""

from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from passerelle.alerts import services as alerts
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.services import schedule
from passerelle.router.migrating.activating import activate
from passerelle.router.migrating.crash_points import CLEANED, UNDO_CLEANED
from passerelle.router.migrating.staging import NoLongerRunning, stage
from passerelle.router.models import (
    Migration,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
    RecipientAction,
    ReviewRow,
    UnderstoodSet,
)
from passerelle.router.reviewing.brought import drop_brought
from passerelle.router.undoing.restoring import restore

log = structlog.get_logger(__name__)

KIND = "migration"
DEADLINE_SECONDS = 900.0  # 100,000 recipients on a slow disk
ROWS_AT_ONCE = 2_000


def register_migrations() -> None:
    """Have the engine run migrations."""
    register(KIND, run, deadline_seconds=DEADLINE_SECONDS, failed=failed)


def run(lease: Lease) -> Again:
    """Whatever is left to do of one migration."""
    migration = Migration.objects.filter(pk=lease.key).first()
    if migration is None:
        return Again(None)
    if migration.state == MigrationState.RUNNING:
        try:
            stage(migration, lease)
            activate(migration, lease)
        except NoLongerRunning:
            log.info("migration.stopped", migration=str(migration.pk))
        migration.refresh_from_db()
    elif migration.state == MigrationState.UNDOING:
        restore(migration, lease)
        migration.refresh_from_db()
    if migration.state == MigrationState.DONE:
        _clean_after(migration, lease)
    elif migration.state == MigrationState.UNDONE:
        _clean_undone(migration, lease)
    elif migration.state == MigrationState.ABANDONED:
        _clean_away(migration, lease)
    return Again(None)


def failed(lease: Lease, fault: Fault) -> None:
    """Tell the pages and open an alert; the work is tried again as the fault allows."""
    Migration.objects.filter(pk=lease.key).update(last_code=fault.code, last_facts=fault.facts)
    alerts.record(alerts.SubjectKind.SYSTEM, lease.key, KIND, fault)


def _clean_after(migration: Migration, lease: Lease) -> None:
    if not UnderstoodSet.objects.filter(pk=migration.pk).exists():
        return
    _wake(migration)
    ReviewRow.objects.filter(migration=migration).delete()
    left = MigrationRecipient.objects.filter(migration=migration, action=RecipientAction.CHANGED)
    with transaction.atomic():
        fence(lease)
        _drop_unused(_credentials_of(left))
        drop_brought([migration.pk])
        UnderstoodSet.objects.filter(pk=migration.pk).delete()
    alerts.heal(alerts.SubjectKind.SYSTEM, migration.pk, KIND)
    crash_point(CLEANED)


def _clean_away(migration: Migration, lease: Lease) -> None:
    """An abandoned migration leaves its own row, and nothing else."""
    rows = MigrationRecipient.objects.filter(migration=migration)
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        chunk = rows.filter(pk__lte=keys[-1])
        with transaction.atomic():
            fence(lease)
            _drop_unused(_credentials_of(chunk))
            chunk.delete()
    with transaction.atomic():
        fence(lease)
        _drop_unused(_credentials_of_profiles(migration))
        drop_brought([migration.pk])
        ReviewRow.objects.filter(migration=migration).delete()
        migration.profiles.all().delete()
        UnderstoodSet.objects.filter(pk=migration.pk).delete()
    crash_point(CLEANED)


def _clean_undone(migration: Migration, lease: Lease) -> None:
    """The credentials that it made go, with a password too, as far as nobody has them now."""
    rows = MigrationRecipient.objects.filter(migration=migration)
    last = 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]
    ):
        chunk = rows.filter(pk__gt=last, pk__lte=keys[-1])
        with transaction.atomic():
            fence(lease)
            _drop_unused(_credentials_of(chunk), passwords=True)
        last = keys[-1]
    with transaction.atomic():
        fence(lease)
        _drop_unused(_credentials_of_profiles(migration), passwords=True)
    alerts.heal(alerts.SubjectKind.SYSTEM, migration.pk, KIND)
    crash_point(UNDO_CLEANED)


def _credentials_of_profiles(migration: Migration) -> set[UUID]:
    values = migration.profiles.exclude(action="").values_list("values", flat=True)
    ways = ("incoming_credential_id", "outgoing_credential_id")
    return {UUID(one[way]) for one in values for way in ways if way in one}


def _wake(migration: Migration) -> None:
    """Enabled mailboxes whose profile changed are asked for at once; few migrations have any."""
    changed = migration.profiles.filter(action=ProfileAction.UPDATE)
    moved = MigrationRecipient.objects.filter(
        migration=migration, action=RecipientAction.LINK, replaces=True
    )
    concerned = Q(profile__in=changed.values("target_id")) | Q(pk__in=moved.values("mailbox_id"))
    schedule(Mailbox.objects.filter(concerned))


def _credentials_of(rows: QuerySet[MigrationRecipient]) -> set[UUID]:
    pairs = rows.values_list("incoming_credential_id", "outgoing_credential_id")
    return {key for pair in pairs.iterator() for key in pair if key is not None}


def _drop_unused(keys: set[UUID], *, passwords: bool = False) -> None:
    """Delete those of the credentials that are nobody's; those with a password only if told."""
    used: set[UUID | None] = set()
    for model in (Mailbox, EmailServerProfile):
        for way in ("incoming_credential_id", "outgoing_credential_id"):
            users = model.objects.order_by().filter(**{f"{way}__in": keys})
            used.update(users.values_list(way, flat=True))
    unused = Credential.objects.filter(pk__in=keys - used)
    (unused if passwords else unused.filter(ciphertext=None)).delete()
