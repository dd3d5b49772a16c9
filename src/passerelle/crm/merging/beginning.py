"""A person merges two records: the second is merged at once, what points to it is moved by work.

From this transaction on the addresses of both mean the master, so that mail which arrives while
rows are moved is the master's. It cannot be undone, which is said before.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.merging.addresses import move_addresses
from passerelle.crm.merging.choosing import (
    FIRST_ADDRESS,
    Addresses,
    Difference,
    addresses_after,
    differences,
    taken_by_itself,
)
from passerelle.crm.merging.pointing import Counted, count_moved, count_rows
from passerelle.crm.models import Account, Contact, Lead, RecordMerge
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.customers import LeadState
from passerelle.crm.models.people import State
from passerelle.crm.services.addresses import ADDRESS_COLUMNS, kind_of
from passerelle.crm.services.audit_notes import USERNAME_CHARS, Subject, changes, note, plain_values
from passerelle.crm.services.customers import CHANGEABLE, update_customer
from passerelle.faults.mail.tracking import (
    MasterInactive,
    MergeChanged,
    MergedAlready,
    MergesItself,
    MergesOtherKind,
)

log = structlog.get_logger(__name__)

Customer = TypeVar("Customer", bound=Account | Contact | Lead)
MARK_CHARS = 32


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do now; `mark` tells whether it still would when it is confirmed."""

    fields: list[Difference]
    addresses: Addresses  # as they would be where nobody chooses
    moved: list[Counted]
    mark: str

    @property
    def proposed(self) -> frozenset[str]:
        """The fields that are the other's where nobody chooses."""
        return taken_by_itself(self.fields)


def preview_merge(master: Regarded, other: Regarded) -> Preview:
    """Raises what `begin_merge` would."""
    _refuse(master, other)
    fields = _differences(master, other)
    addresses = _addresses(master, other, theirs_first=FIRST_ADDRESS in taken_by_itself(fields))
    return Preview(fields, addresses, count_moved(other), _mark(master, other))


def begin_merge(
    master: Regarded,
    other: Regarded,
    by: str,
    *,
    take: Collection[str] | None = None,
    mark: str | None = None,
) -> RecordMerge:
    """Merge the other into the master; `move_some` moves the rest.

    `take`: the fields whose value is the other's; None: those that the master lacks. `mark`: of
    the preview that was confirmed. Raises `TrackingFault`, and `ValidationError` by field.
    """
    _refuse(master, other)
    with transaction.atomic():
        master, other = _locked(master, other)
        _refuse(master, other)
        if mark is not None and mark != _mark(master, other):
            raise MergeChanged
        fields = _differences(master, other)
        taken = taken_by_itself(fields) if take is None else frozenset(take)
        before = plain_values(master, CHANGEABLE[type(master)])
        stored = update_customer(master, **_values(master, other, fields, taken))
        _close(other, stored)
        move_addresses(other, stored.pk)
        merge = _started(stored, other, by)
        told = {"merged_record": str(other), **changes(before, stored)}
        note(AuditAction.RECORDS_MERGED, Subject(merge.kind, stored.pk), by, told)
    log.info("records.merging", merge=str(merge.pk), kind=merge.kind, by=by)
    return merge


def close_merged(other: Regarded) -> None:
    """A merged record is inactive, whatever an older list says."""
    closed = LeadState.DISQUALIFIED if isinstance(other, Lead) else State.INACTIVE
    type(other)._default_manager.filter(pk=other.pk).update(statecode=closed)


def _refuse(master: Regarded, other: Regarded) -> None:
    if type(master) is not type(other):
        raise MergesOtherKind(master=str(master), other=str(other))
    if master.pk == other.pk:
        raise MergesItself
    for one in (master, other):
        if one.merged:
            raise MergedAlready(record=str(one), master=str(one.master or ""))
    if master.statecode != State.ACTIVE:  # 0 is an open lead as well
        raise MasterInactive(master=str(master))


def _locked(master: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both as they stand, in an order that two merges of the same records share."""
    rows = type(master)._default_manager.select_for_update().order_by("pk")
    found: dict[UUID, Any] = {one.pk: one for one in rows.filter(pk__in=[master.pk, other.pk])}
    try:
        return found[master.pk], found[other.pk]
    except KeyError as error:
        raise MergeChanged from error


def _differences(master: Regarded, other: Regarded) -> list[Difference]:
    columns = ADDRESS_COLUMNS[type(master)][1:]  # of addresses only the first is chosen
    names = [
        field.name
        for field in master._meta.concrete_fields
        if field.name in CHANGEABLE[type(master)] - {"statecode", *columns}
    ]
    return differences(
        {name: getattr(master, name) for name in names},
        {name: getattr(other, name) for name in names},
    )


def _addresses(master: Regarded, other: Regarded, *, theirs_first: bool) -> Addresses:
    columns = ADDRESS_COLUMNS[type(master)]
    ours, theirs = ([getattr(one, column) for column in columns] for one in (master, other))
    return addresses_after(ours, theirs, room=len(columns), theirs_first=theirs_first)


def _values(
    master: Regarded, other: Regarded, fields: Collection[Difference], taken: frozenset[str]
) -> dict[str, Any]:
    """What the master's fields hold from now on."""
    addresses = _addresses(master, other, theirs_first=FIRST_ADDRESS in taken)
    columns = zip(ADDRESS_COLUMNS[type(master)], addresses.columns, strict=True)
    return {one.name: one.theirs for one in fields if one.name in taken} | dict(columns)


def _close(other: Regarded, master: Regarded) -> None:
    """Mark it as merged; what was merged into it before is the master's as well."""
    rows = type(other)._default_manager
    rows.filter(pk=other.pk).update(merged=True, master=master)
    rows.filter(master=other.pk).update(master=master)
    close_merged(other)


def _started(master: Regarded, other: Regarded, by: str) -> RecordMerge:
    return RecordMerge.objects.create(
        kind=kind_of(master),
        master=master.pk,
        other=other.pk,
        total=count_rows(other),
        started_by=by[:USERNAME_CHARS],
        started_on=timezone.now(),
    )


def _mark(master: Regarded, other: Regarded) -> str:
    names = CHANGEABLE[type(master)]
    told = json.dumps([plain_values(one, names) for one in (master, other)], sort_keys=True)
    return sha256(told.encode()).hexdigest()[:MARK_CHARS]
