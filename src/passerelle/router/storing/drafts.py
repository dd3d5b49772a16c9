"""The lock under which a draft is changed: whoever starts or abandons it waits, or was first."""

from passerelle.faults.router import MigrationNotOpen
from passerelle.router.models import Migration, MigrationState


def locked_draft(migration: Migration) -> Migration:
    """The draft as it is stored, locked until the transaction ends. Raises `MigrationNotOpen`."""
    stored = Migration.objects.select_for_update().filter(pk=migration.pk).first()
    if stored is None or stored.state != MigrationState.DRAFT:
        raise MigrationNotOpen
    return stored
