"""The lock under which a draft is changed: whoever starts or abandons it waits, or was first."""

from uuid import UUID

from passerelle.faults.router import MigrationNotOpen
from passerelle.router.models import Migration, MigrationState


def locked_draft(key: UUID) -> Migration:
    """The draft as it is stored, locked until the transaction ends. Raises `MigrationNotOpen`."""
    stored = Migration.objects.select_for_update().filter(pk=key).first()
    if stored is None or stored.state != MigrationState.DRAFT:
        raise MigrationNotOpen
    return stored
