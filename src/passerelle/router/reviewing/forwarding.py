"""A person says that accounts which nobody has are forward mailboxes; a migration makes those.

The public sources do not tell how a router's files mark a forward mailbox, so none is guessed:
its provider reads an account that is no user's and no queue's, and a person knows what it is.
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from passerelle.faults.router import NoForwardMailbox
from passerelle.mailboxes.models import Mailbox
from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.values import Direction
from passerelle.router.migrating.lookups import addresses_taken
from passerelle.router.migrating.proposals import ACCOUNT, merged_of
from passerelle.router.models import Migration, ReviewRow
from passerelle.router.reviewing.matching import settle_rows

ADDRESS_CHARS = int(Mailbox._meta.get_field("email_address").max_length or 0)


def guid_of(address: str) -> UUID:
    """What stands for a forward mailbox that is not there yet: the same in every reading."""
    return uuid5(NAMESPACE_URL, f"mailto:{address.casefold()}")


def make_forward(rows: Sequence[ReviewRow]) -> int:
    """Have these accounts become forward mailboxes; others are passed over. How many.

    Raises `NoForwardMailbox` where none of them can be one, and `MigrationNotOpen`.
    """
    chosen = possible_forward([row for row in rows if row.kind == ACCOUNT])
    if not chosen:
        raise NoForwardMailbox(text=rows[0].name if rows else "?")
    targets = {row.pk: Who(RecipientKind.FORWARD, guid_of(row.source)) for row in chosen}
    settle_rows(chosen, targets, {row.pk: row.source for row in chosen})
    return len(chosen)


def possible_forward(rows: Sequence[ReviewRow]) -> list[ReviewRow]:
    """Those accounts that mail is read with, and whose address is one and nobody's."""
    read = {key: _read_accounts(key) for key in {row.migration_id for row in rows}}
    taken = addresses_taken([row.source for row in rows])
    return [
        row
        for row in rows
        if row.source in read[row.migration_id]
        and row.source not in taken
        and _is_address(row.source)
    ]


def _read_accounts(key: UUID) -> frozenset[str]:
    merged = merged_of(Migration.objects.get(pk=key))
    incoming = (one for one in merged.unassigned if one.direction is Direction.INCOMING)
    return frozenset(one.username.casefold() for one in incoming)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_CHARS
