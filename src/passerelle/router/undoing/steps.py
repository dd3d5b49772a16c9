"""A person takes a migration back: first what would happen, then the word to do it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.engine.services import ask
from passerelle.faults import noop
from passerelle.faults.router import MigrationRuns, NothingToUndo, UndoNotPossible
from passerelle.mailboxes.models import Mailbox
from passerelle.router.models import (
    Migration,
    MigrationRecipient,
    MigrationState,
    Undone,
)
from passerelle.router.undoing.restoring import profile_fates
from passerelle.router.undoing.standing import ENABLED, can_go_back, linked_rows

log = structlog.get_logger(__name__)

LISTED = 200
KIND = "migration"  # of the engine's work, which `migrating/work.py` registers
_BUSY = (MigrationState.RUNNING, MigrationState.UNDOING)

STAYS: Mapping[str, str] = {
    "enabled": noop("It was enabled: its email may have been processed."),
    "changed": noop("It was changed by hand since, or got a password."),
    "used": noop("Mailboxes that stay use it, or the system settings name it."),
    "runs": noop("Mailboxes that were enabled use it."),
}


@dataclass(frozen=True, slots=True)
class Stays:
    """What undoing leaves as it is, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing would do now, or did."""

    mailboxes: int  # that go back to what they were
    profiles: tuple[str, ...]  # that are removed or take their earlier values
    staying: int  # mailboxes
    stays: tuple[Stays, ...]  # mailboxes and profiles, at most 200

    @property
    def possible(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self.mailboxes or self.profiles)


def undo_preview(migration: Migration) -> UndoPreview:
    """What undoing would do now; writes nothing."""
    rows = linked_rows(MigrationRecipient.objects.filter(migration=migration))
    going = rows.filter(can_go_back())
    staying = rows.exclude(pk__in=going.values("pk"))
    own = migration.profiles.exclude(target_id=None).values("target_id")
    others = Mailbox.objects.filter(profile__in=own).exclude(pk__in=going.values("mailbox_id"))
    used = set(others.order_by().values_list("profile", flat=True).distinct())
    fates = profile_fates(migration, {key for key in used if key})
    return UndoPreview(
        mailboxes=going.count(),
        profiles=tuple(fate.row.name for fate in fates if fate.stored and not fate.stays),
        staying=staying.count(),
        stays=(
            *(Stays(fate.row.name, gettext(STAYS[fate.stays])) for fate in fates if fate.stays),
            *_listed(staying),
        ),
    )


def undone(migration: Migration) -> UndoPreview:
    """What undoing did, as kept."""
    rows = MigrationRecipient.objects.filter(migration=migration)
    profiles = migration.profiles.exclude(undone="")
    return UndoPreview(
        mailboxes=rows.filter(undone=Undone.BACK).count(),
        profiles=tuple(row.name for row in profiles if row.undone == Undone.BACK),
        staying=rows.filter(undone=Undone.STAYS).count(),
        stays=(
            *(Stays(row.name, "") for row in profiles if row.undone == Undone.STAYS),
            *(Stays(row.name, "") for row in rows.filter(undone=Undone.STAYS)[:LISTED]),
        ),
    )


def undo(migration: Migration, by: str) -> Migration:
    """Have the engine put everything back that stands as the migration left it.

    Raises `UndoNotPossible`, `NothingToUndo` or `MigrationRuns`.
    """
    if not undo_preview(migration).possible:
        raise NothingToUndo
    try:
        with transaction.atomic():
            stored = Migration.objects.select_for_update().filter(pk=migration.pk).first()
            if stored is None or stored.state != MigrationState.DONE:
                raise UndoNotPossible
            if Migration.objects.filter(state__in=_BUSY).exists():
                raise MigrationRuns
            stored.state, stored.undone_by, stored.last_code = MigrationState.UNDOING, by, ""
            stored.save(update_fields=["state", "undone_by", "last_code"])
            ask(KIND, stored.pk)
            crm.note(AuditAction.MIGRATION_UNDONE, crm.Subject("routermigration", stored.pk), by)
    except IntegrityError as error:
        raise MigrationRuns from error
    log.info("migration.undo-asked", migration=str(stored.pk), by=by)
    return stored


def _listed(staying: QuerySet[MigrationRecipient]) -> Iterator[Stays]:
    for row in staying.annotate(enabled=Exists(_enabled()))[:LISTED]:
        why = STAYS["enabled"] if row.enabled else STAYS["changed"]
        yield Stays(row.name, gettext(why))


def _enabled() -> QuerySet[MigrationRecipient]:
    return MigrationRecipient.objects.filter(ENABLED, pk=OuterRef("pk"))
