"""The lock under which a draft is changed: whoever starts or abandons it waits, or was first."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from passerelle.faults.router import MigrationNotOpen
from passerelle.router.models import Migration, MigrationState, SalvagedFiles

DRAFTS_KEPT = timedelta(days=7)


def locked_draft(key: UUID) -> Migration:
    """The draft as it is stored, locked until the transaction ends. Raises `MigrationNotOpen`."""
    stored = Migration.objects.select_for_update().filter(pk=key).first()
    if stored is None or stored.state != MigrationState.DRAFT:
        raise MigrationNotOpen
    return stored


def drop_salvaged(by: str) -> None:
    """Forget what could be read of files: the person's own, and what nobody came back for."""
    SalvagedFiles.objects.filter(created_by=by).delete()
    SalvagedFiles.objects.filter(created_on__lt=timezone.now() - DRAFTS_KEPT).delete()
