"""Take back records that were made automatically, while nobody has done anything with them.

The record goes, its address means nobody again, and is not made again. What keeps it is said.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import ForeignObjectRel, Model, Q, QuerySet
from django.utils import timezone

from passerelle.crm.models import (
    ActivityParty,
    AutomaticRecord,
    Contact,
    EmailSearch,
    Lead,
)
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.names import forget_words
from passerelle.crm.services.addresses import address_key
from passerelle.crm.services.audit_notes import USERNAME_CHARS, Subject, note
from passerelle.crm.walking import every_key
from passerelle.faults.mail.tracking import (
    RecordChangedSince,
    RecordGoneAlready,
    RecordUsedSince,
    TrackingFault,
)

log = structlog.get_logger(__name__)

AT_ONCE = 200  # records of one request
# `fullname` has both names; words and number are worked out.
_NOT_COMPARED = {
    "created_on",
    "email_address1",
    "first_name",
    "last_name",
    "search_number",
    "search_words",
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of some: how many are gone, and why others stay."""

    count: int
    refused: tuple[TrackingFault, ...]


def take_back(rows: QuerySet[AutomaticRecord], keys: Collection[UUID], by: str) -> TakenBack:
    """Take these of the rows back; `rows` are those that the person may see.

    In one transaction with one entry of the audit. What was used or changed stays as it is.
    """
    with transaction.atomic():
        done, gone = _each(rows, keys, lambda row, record: _remove(row, record, by))
        if gone:
            note(AuditAction.RECORDS_TAKEN_BACK, _subject(gone), by, {"count": len(gone)})
    log.info("records.taken-back", by=by, count=done.count, refused=len(done.refused))
    return done


def examine(rows: QuerySet[AutomaticRecord], keys: Collection[UUID]) -> TakenBack:
    """What `take_back` would come to now; changes nothing."""
    with transaction.atomic():
        done, _gone = _each(rows, keys, lambda _row, _record: None)
    return done


def in_batches(rows: QuerySet[AutomaticRecord]) -> Iterator[list[UUID]]:
    """Their keys, as many as are taken back at once, while what was yielded is taken back."""
    return every_key(rows, AT_ONCE)


def _each(
    rows: QuerySet[AutomaticRecord],
    keys: Collection[UUID],
    act: Callable[[AutomaticRecord, Contact | Lead], None],
) -> tuple[TakenBack, list[AutomaticRecord]]:
    """Act on each that nobody used; the rows acted on. In a transaction of the caller."""
    wanted = rows.order_by("pk").filter(pk__in=sorted(keys)[:AT_ONCE])
    locked = AutomaticRecord.objects.select_for_update().filter(pk__in=wanted.values("pk"))
    acted: list[AutomaticRecord] = []
    refused: list[TrackingFault] = []
    for row in locked.order_by("pk"):
        try:
            act(row, _untouched(row))
            acted.append(row)
        except TrackingFault as fault:
            refused.append(fault)
    return TakenBack(len(acted), tuple(refused)), acted


def _subject(gone: list[AutomaticRecord]) -> Subject:
    return Subject("automaticrecord", gone[0].pk if len(gone) == 1 else None)


def _record(row: AutomaticRecord) -> Contact | Lead | None:
    """The record, locked: nobody changes or uses it while it is looked at."""
    if row.lead_id is not None:
        return Lead.objects.select_for_update().filter(pk=row.lead_id).first()
    if row.contact_id is not None:
        return Contact.objects.select_for_update().filter(pk=row.contact_id).first()
    return None


def _untouched(row: AutomaticRecord) -> Contact | Lead:
    """The record, with which nobody has done anything. Raises `TrackingFault`."""
    record = _record(row)
    if record is None:
        raise RecordGoneAlready(name=row.fullname)
    if _is_changed(row, record):
        raise RecordChangedSince(name=row.fullname)
    if any(rows.exists() for rows in _uses(row, record)):
        raise RecordUsedSince(name=row.fullname)
    return record


def _is_changed(row: AutomaticRecord, record: Contact | Lead) -> bool:
    """Whether any column holds something else than what was put there."""
    if address_key(record.email_address1) != row.address:
        return True
    made = {
        "fullname": row.fullname,
        "company_name": row.company_name,
        "owner_id": row.owner_then,
    }
    columns = {field.attname: field for field in record._meta.concrete_fields}
    others = columns.keys() - _NOT_COMPARED - {record._meta.pk.attname}
    return any(
        getattr(record, name) != made.get(name, columns[name].get_default()) for name in others
    )


def _uses(row: AutomaticRecord, record: Contact | Lead) -> Iterator[QuerySet[Model]]:
    """Rows by which somebody used it, of whatever area: all that have a key to it but its own.

    Email that it sent is no use of it; email that was written to it is.
    """
    own: dict[type[Model], Q] = {
        AutomaticRecord: Q(pk=row.pk),
        EmailSearch: Q(email_address=row.address),
        ActivityParty: Q(email__direction_code=False, resolution=None),
    }
    for relation in record._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model = relation.related_model
        assert not isinstance(model, str)
        rows = model._default_manager.filter(**{relation.field.name: record})
        yield rows.exclude(own[model]) if model in own else rows


def _remove(row: AutomaticRecord, record: Contact | Lead, by: str) -> None:
    row.contact_id = row.lead_id = None
    row.taken_back_on = timezone.now()
    row.taken_back_by = by[:USERNAME_CHARS]
    row.save(update_fields=["contact", "lead", "taken_back_on", "taken_back_by"])
    forget_words(record)
    record.delete()  # its parties mean nobody again
