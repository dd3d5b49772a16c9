"""What is alike in users and queues: a number, an address that others follow, an audit."""

from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import State
from passerelle.crm.services.addresses import (
    ADDRESS_COLUMNS,
    AddressChange,
    keep_addresses,
    kind_of,
    refuse_alias,
    tell_followers,
)
from passerelle.crm.services.audit_notes import Subject, note_changes, plain_values
from passerelle.crm.services.organization import next_tracking_number

Principal = TypeVar("Principal", SystemUser, Queue)

_ALIKE = ("incoming_email_filtering_method", "create_automatically")
_AUDITED = {
    SystemUser: ("fullname", "internal_email_address", *_ALIKE, "is_disabled"),
    Queue: ("name", "email_address", *_ALIKE, "statecode"),
}


def store_new(record: Principal) -> Principal:
    """Store a user or queue with the next number of tracking. Raises `ValidationError`."""
    with transaction.atomic():
        record.tracking_number = next_tracking_number()
        record.full_clean()
        _refuse_alias_of_another(record)
        record.save(force_insert=True)
        keep_addresses(record)
    return record


def change_stored(
    record: Principal, given: Mapping[str, object], *, by: str | None = None
) -> Principal:
    """Change the columns whose value is not None. Raises `ValidationError`, and changes nothing.

    `by` is who is audited for it; None where the caller audits what this is a part of.
    """
    with transaction.atomic():
        stored = type(record).objects.select_for_update().get(pk=record.pk)
        before, values = _as_followed(stored), plain_values(stored, _AUDITED[type(stored)])
        for column, value in given.items():
            if value is not None:
                setattr(stored, column, value.strip() if isinstance(value, str) else value)
        stored.full_clean()
        if given.get(_address_column(stored)) is not None:
            _refuse_alias_of_another(stored)
        stored.save()
        keep_addresses(stored)
        if before != (after := _as_followed(stored)):
            tell_followers(after)
        if by is not None:
            subject = Subject(kind_of(stored), stored.pk)
            note_changes(AuditAction.PEOPLE_CHANGED, subject, by, values, stored)
    return stored


def _address_column(record: SystemUser | Queue) -> str:
    (column,) = ADDRESS_COLUMNS[type(record)]
    return column


def _refuse_alias_of_another(record: SystemUser | Queue) -> None:
    column = _address_column(record)
    refuse_alias(getattr(record, column), column)


def _as_followed(record: SystemUser | Queue) -> AddressChange:
    if isinstance(record, SystemUser):
        name, active = record.fullname, not record.is_disabled
    else:
        name, active = record.name, record.statecode == State.ACTIVE
    address = getattr(record, _address_column(record))
    return AddressChange(kind_of(record), record.pk, name, address, active=active)
