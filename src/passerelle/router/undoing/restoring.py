"""Undoes a migration: values before are put back, what it made is removed, in one transaction.

Which mailboxes go back is marked first, in committed chunks; killed there, they are marked anew.
The transaction looks again, so that whoever changes a mailbox meanwhile keeps the change.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from passerelle.engine.services import Lease, crash_point, fence
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.router.migrating.crash_points import (
    AFTER_UNDOING,
    BEFORE_UNDOING,
    IN_UNDOING,
    MARKED_CHUNK,
)
from passerelle.router.models import (
    Migration,
    MigrationProfile,
    MigrationRecipient,
    MigrationState,
    ProfileAction,
    RecipientAction,
    Undone,
)
from passerelle.router.storing.copying import NAMES, Copying, copying, credential
from passerelle.router.undoing.standing import (
    can_go_back,
    holds_values_before,
    linked_rows,
    put_back,
    snapshot,
    versions_of,
)

log = structlog.get_logger(__name__)

CHUNK = 2_000  # staged rows marked at once

_BEFORE = {
    "profile": "r.{before_profile_id}",
    "incoming_method": "r.{before_incoming}",
    "outgoing_method": "r.{before_outgoing}",
    "process_email_received_after": "r.{before_start}",
    "allow_credentials": "r.{before_allow}",
    "incoming_credential": "r.{before_incoming_credential_id}",
    "outgoing_credential": "r.{before_outgoing_credential_id}",
    "incoming_status": "0",  # a test told of a profile that it no longer has
    "outgoing_status": "0",
    "modified_on": "%s",
}
_AS_LEFT = (
    ("profile", "r.{target_id}"),
    ("incoming_method", "r.{incoming_method}"),
    ("outgoing_method", "r.{outgoing_method}"),
    ("process_email_received_after", "r.{process_after}"),
    ("allow_credentials", "r.{allow_credentials}"),
    ("enabled_on", "NULL"),
)


@dataclass(frozen=True, slots=True)
class ProfileFate:
    """What undoing does with a profile that the migration made or changed."""

    row: MigrationProfile
    stored: EmailServerProfile | None
    stays: str = ""  # why it is left, as a key of `STAYS`; "" where it goes back


def restore(migration: Migration, lease: Lease) -> None:
    """Mark, then put back, all or nothing."""
    staged = MigrationRecipient.objects.filter(migration=migration)
    marked = _mark(staged, lease)
    going_back = _going_back(staged)
    crash_point(BEFORE_UNDOING)
    with transaction.atomic():
        fence(lease)
        still = Migration.objects.filter(pk=migration.pk, state=MigrationState.UNDOING)
        now = timezone.now()
        if not still.update(state=MigrationState.UNDONE, undone_on=now, last_code=""):
            return
        done = going_back.run(migration.pk, connection.ops.adapt_datetimefield_value(now))
        if done != marked:
            _mark_changed(staged)
        _remove_made(staged)
        kept = _put_profiles_back(migration, now)
        crash_point(IN_UNDOING)
    log.info("migration.undone", migration=str(migration.pk), mailboxes=done, kept=len(kept))
    crash_point(AFTER_UNDOING)


def profile_fates(migration: Migration, used: set[UUID]) -> list[ProfileFate]:
    """What becomes of each profile; `used` are those that some mailbox will still have."""
    rows = list(migration.profiles.filter(action__in=(ProfileAction.CREATE, ProfileAction.UPDATE)))
    found = EmailServerProfile.objects.in_bulk([row.target_id for row in rows])
    return [_fate(row, found.get(row.target_id), used) for row in rows if row.target_id]


def _fate(row: MigrationProfile, stored: EmailServerProfile | None, used: set[UUID]) -> ProfileFate:
    if stored is None:
        return ProfileFate(row, None)
    if snapshot(stored) != row.after or versions_of([stored]) != row.credential_versions:
        return ProfileFate(row, stored, "changed")
    if row.action == ProfileAction.CREATE:
        default = SystemSettings.objects.filter(default_profile=stored).exists()
        return ProfileFate(row, stored, "used" if default or stored.pk in used else "")
    runs = stored.mailboxes.filter(enabled_on__isnull=False).exists()
    return ProfileFate(row, stored, "runs" if runs else "")


def _mark(staged: QuerySet[MigrationRecipient], lease: Lease) -> int:
    """Say of each linked recipient whether it goes back; how many do."""
    count, last = 0, 0
    while keys := list(
        staged.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        chunk = staged.filter(pk__gt=last, pk__lte=keys[-1])
        going = list(linked_rows(chunk).filter(can_go_back()).values_list("pk", flat=True))
        with transaction.atomic():
            fence(lease)
            linked_rows(chunk).update(undone=Undone.STAYS)
            count += chunk.filter(pk__in=going).update(undone=Undone.BACK)
        last = keys[-1]
        crash_point(MARKED_CHUNK)
    return count


def _going_back(staged: QuerySet[MigrationRecipient]) -> Copying:
    credentials = [
        (f"{way}_credential", credential(way, f"r.{NAMES[f'before_{way}_credential_id']}"))
        for way in ("incoming", "outgoing")
    ]
    only = f"r.{{undone}} = '{Undone.BACK.value}'"
    return copying(staged, _BEFORE, [*_AS_LEFT, *credentials], only)


def _mark_changed(staged: QuerySet[MigrationRecipient]) -> None:
    """Somebody changed a mailbox since it was marked: it is not as before, so it stayed."""
    back = staged.filter(undone=Undone.BACK)
    stayed = back.exclude(pk__in=back.filter(holds_values_before()).values("pk"))
    stayed.update(undone=Undone.STAYS)


def _remove_made(staged: QuerySet[MigrationRecipient]) -> None:
    """The forward mailboxes that it made go; nobody ever enabled them, so nothing is theirs."""
    made = staged.filter(action=RecipientAction.CREATE, undone=Undone.BACK)
    Mailbox.objects.filter(pk__in=list(made.values_list("mailbox_id", flat=True))).delete()


def _put_profiles_back(migration: Migration, now: datetime) -> list[str]:
    """Remove and restore what can be; the names of those that stay."""
    targets = migration.profiles.exclude(target_id=None).values("target_id")
    used = set(
        Mailbox.objects.filter(profile__in=targets).order_by().values_list("profile", flat=True)
    )
    kept: list[str] = []
    for fate in profile_fates(migration, {key for key in used if key}):
        if fate.stays:
            fate.row.undone = Undone.STAYS
            kept.append(fate.row.name)
        else:
            fate.row.undone = Undone.BACK
            _put_profile_back(fate, now)
        fate.row.save(update_fields=["undone"])
    return kept


def _put_profile_back(fate: ProfileFate, now: datetime) -> None:
    if fate.stored is None:
        return
    if fate.row.action == ProfileAction.CREATE:
        fate.stored.delete()
    else:
        put_back(fate.stored, fate.row.before)
        fate.stored.modified_on = now
        fate.stored.save()
