"""The audit of configuration: who changed what, written in the transaction of the change.

One entry a bulk action, with its count. No value of a credential ever comes here, and nothing is
written for mail that arrives.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction

USERNAME_CHARS = 150
VALUE_CHARS = 200
Row = TypeVar("Row", bound=Model)
Plain = str | int | float | bool | None


class Subject(NamedTuple):
    """What was acted upon; without a key it is many records, or the only one of its kind."""

    kind: str
    id: UUID | None = None


def note(
    action: AuditAction, subject: Subject, by: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Write one entry. Call it inside the transaction that it tells of."""
    AuditEntry.objects.create(
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        username=by[:USERNAME_CHARS],
        detail=dict(detail or {}),
        done_on=timezone.now(),
    )


def plain_values(record: Model, names: Collection[str]) -> dict[str, Plain]:
    """These fields of a record as an entry keeps them; a foreign key by its key."""
    columns = [field for field in record._meta.concrete_fields if field.name in names]
    return {column.name: _plain(getattr(record, column.attname)) for column in columns}


def changes(before: Mapping[str, Plain], record: Model) -> dict[str, list[Plain]]:
    """Before and after of the fields that differ now from what `plain_values` told before."""
    after = plain_values(record, before.keys())
    return {
        name: [before[name], after[name]] for name in sorted(before) if before[name] != after[name]
    }


def note_changes(
    action: AuditAction, subject: Subject, by: str, before: Mapping[str, Plain], record: Model
) -> dict[str, list[Plain]]:
    """Write one entry of what differs now, if anything does; the same as `changes`."""
    detail = changes(before, record)
    if detail:
        note(action, subject, by, detail)
    return detail


def change_only_row(
    model: type[Row],
    values: Mapping[str, Any],
    *,
    changeable: Collection[str],
    action: AuditAction,
    subject: Subject,
    by: str,
) -> tuple[Row, dict[str, list[Plain]]]:
    """Change what is named of settings that are one row, made where nobody changed any before.

    The row and what differs now, which is noted. Raises `ValidationError`, by field.
    """
    unknown = values.keys() - changeable
    if unknown:
        raise TypeError(f"no {subject.kind} to change: {', '.join(sorted(unknown))}")
    rows = model._default_manager
    rows.get_or_create(only=True)
    with transaction.atomic():
        stored = rows.select_for_update().get(only=True)
        before = plain_values(stored, values.keys())
        for name, value in values.items():
            setattr(stored, name, value)
        stored.full_clean()
        stored.save(update_fields=list(values))
        return stored, note_changes(action, subject, by, before, stored)


def _plain(value: object) -> Plain:
    """As JSON and both databases hold it; choices are their values."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value + 0
    return str(value)[:VALUE_CHARS].replace("\0", "")
