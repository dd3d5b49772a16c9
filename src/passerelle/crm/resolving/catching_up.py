"""Parties that mean nobody although a record has their address by now: found, and named.

For all addresses what a person says of one record (`by_hand`), and only where there is nothing to
choose: a single active record has the address, and nobody waits to have it approved. Each address
is named by a resolution, which a person can undo, but of users and queues, as with an approval.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from passerelle.crm.models import ActivityParty, AddressResolution, EmailSearch
from passerelle.crm.models.addresses import KINDS
from passerelle.crm.models.resolutions import CUSTOMERS
from passerelle.crm.readers import grant_found
from passerelle.crm.resolving.unnamed import unnamed
from passerelle.crm.services.addresses import record_model
from passerelle.crm.services.meaning import meant_by
from passerelle.crm.walking import every_key
from passerelle.tracking import RecordRef

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 1_000  # of the table of addresses
ADDRESSES_AT_ONCE = 100  # in one transaction; each is a case that a statement tries for each party

Holders = Mapping[str, UUID]  # of one kind, by address


def count_nameable_parties() -> Iterator[int]:
    """How many parties `name_known_parties` would name, some addresses a query."""
    for holders in _portions():
        yield unnamed(holders).count()


def name_known_parties(by: str) -> Iterator[int]:
    """Name them, some addresses a transaction; yields how many parties were named at each.

    Killed, it is begun again: what is named is not looked at any more.
    """
    for holders in _portions():
        count = _name(holders, by)
        log.info("address.named", by=by, count=count)
        yield count


def _portions() -> Iterator[dict[str, RecordRef]]:
    for keys in every_key(EmailSearch.objects.all(), ROWS_AT_ONCE):
        found = iter(_sole_holders(keys).items())
        while portion := dict(islice(found, ADDRESSES_AT_ONCE)):
            yield portion


def _sole_holders(keys: Collection[UUID]) -> dict[str, RecordRef]:
    """Of these rows' addresses those under which email means nobody, and the one who has each.

    An address of several rows comes with the row of the record that is meant by it.
    """
    rows = EmailSearch.objects.filter(pk__in=keys).values_list("email_address", *KINDS)
    owners = {(address, key) for address, *parents in rows for key in parents if key is not None}
    wanted = {address for address, _key in owners}
    lost = unnamed(wanted).annotate(address=F("used")).values_list("address", flat=True).distinct()
    meant = meant_by(set(lost))
    found = {}
    for address, records in meant.records.items():
        active = [record for record in records if record.active]
        if len(active) == 1 and address not in meant.withheld and (address, active[0].id) in owners:
            found[address] = active[0]
    return found


@transaction.atomic
def _name(holders: Mapping[str, RecordRef], by: str) -> int:
    count = 0
    for kind in KINDS:
        theirs = {address: one.id for address, one in holders.items() if one.kind.value == kind}
        if theirs:
            count += _point(kind, _still_there(kind, theirs), by)
    return count


def _still_there(kind: str, holders: Holders) -> Holders:
    """Without those whose record was removed or merged meanwhile; the others wait for us."""
    rows: QuerySet[Any] = record_model(kind)._default_manager.select_for_update()
    rows = rows.filter(pk__in=holders.values()).order_by("pk")
    if kind in CUSTOMERS:
        rows = rows.filter(master=None)
    there = set(rows.values_list("pk", flat=True))
    return {address: key for address, key in holders.items() if key in there}


def _point(kind: str, holders: Holders, by: str) -> int:
    if not holders:
        return 0
    rows, meant = unnamed(holders), _by_address(holders)
    if kind not in CUSTOMERS:
        grant_found(rows.values_list(meant, "email_id", "email__created_on"))
        return rows.update(**{f"{kind}_id": meant})
    now = timezone.now()
    said = AddressResolution.objects.bulk_create(
        AddressResolution(address=address, username=by, resolved_on=now, **{f"{kind}_id": key})
        for address, key in holders.items()
    )
    resolutions = _by_address({one.address: one.pk for one in said})
    count = rows.update(**{f"{kind}_id": meant}, resolution_id=resolutions)
    used = ActivityParty.objects.filter(resolution=OuterRef("pk"))
    AddressResolution.objects.filter(~Exists(used), pk__in=[one.pk for one in said]).delete()
    return count


def _by_address(keys: Holders) -> Case:
    key = models.UUIDField()
    return Case(
        *(When(used=address, then=Value(one, key)) for address, one in keys.items()),
        output_field=key,
    )
