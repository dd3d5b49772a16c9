"""What an email regards, or answers to it do: one account, contact or lead, or nothing.

It is a column a kind, of which one is filled at most; here they are taken together.
"""

from collections.abc import Collection
from uuid import UUID

from passerelle.crm.models import Account, Contact, Email, Lead, ThreadChoice
from passerelle.crm.models.mail.emails import REGARDING
from passerelle.tracking import RecordRef

Regarded = Account | Contact | Lead
Keys = tuple[UUID | None, ...]  # a column each
_KINDS: dict[str, type[Regarded]] = dict(zip(REGARDING, (Account, Contact, Lead), strict=True))


def regarding(row: Email | ThreadChoice) -> Keys:
    """What it regards."""
    return tuple(getattr(row, f"{name}_id") for name in REGARDING)


def put_regarding(row: Email | ThreadChoice, keys: Keys) -> None:
    """Have it regard that and nothing else; the row is not saved."""
    for name, key in zip(REGARDING, keys, strict=True):
        setattr(row, f"{name}_id", key)


def keys_of(record: Regarded | None) -> Keys:
    """A record as what is regarded."""
    return tuple(
        record.pk if record is not None and isinstance(record, _KINDS[name]) else None
        for name in REGARDING
    )


def regarded_by_answers(email: Email) -> Keys:
    """What an answer to it regards: what a person chose for that, else what it regards itself."""
    choice: ThreadChoice | None = getattr(email, "thread_choice", None)
    return regarding(choice if choice is not None else email)


def regard_where_nothing(emails: Collection[UUID], record: RecordRef) -> None:
    """Have those of these emails regard a record that regard nothing yet. One query."""
    if emails:
        nothing = dict.fromkeys(REGARDING)
        column = f"regarding_{record.kind.value}_id"
        Email.objects.filter(pk__in=emails, **nothing).update(**{column: record.id})
