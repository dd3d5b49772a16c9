"""A person says whose an address is, for the email that is here already.

Only customers: users and queues are known by addresses that an administrator approved. One
statement names all parties, so it is whole or not at all; the resolution they point to undoes it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.merging.following import master_of
from passerelle.crm.models import ActivityParty, AddressResolution, Email
from passerelle.crm.models.resolutions import CUSTOMERS
from passerelle.crm.resolving.unnamed import unnamed
from passerelle.crm.services.addresses import ADDRESS_COLUMNS, address_key, addresses_of
from passerelle.crm.services.customers import update_customer

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Naming:
    """How far a person's word goes."""

    everywhere: bool  # in all email with the address that means nobody; else in one email
    keep_address: bool  # on the record too, where it has room: then later email means it by itself


def unnamed_party(email: Email, address: str) -> ActivityParty | None:
    """A party of the email with this address that means no record."""
    return unnamed([address_key(address)]).filter(email=email).first()


def has_unnamed_email(record: Regarded) -> bool:
    """Whether email with an address of this record means nobody."""
    addresses = addresses_of(record)
    return bool(addresses) and unnamed(addresses).exists()


def name_party(party: ActivityParty, record: Regarded, naming: Naming, by: str) -> int:
    """Have the address of the party mean this record, or its master; how many parties do now.

    Raises `ValidationError` when somebody else named it meanwhile.
    """
    record = master_of(record)
    address, email = address_key(party.address_used), party.email_id
    with transaction.atomic():
        count = _name({address}, record, by, None if naming.everywhere else email)
        if not count:
            raise ValidationError(gettext("Somebody said meanwhile whose this address is."))
        if naming.keep_address:
            _keep_address(record, party.address_used)
    return count


def name_record_everywhere(record: Regarded, by: str) -> int:
    """Have the record be meant wherever its addresses mean nobody; how many parties mean it now.

    A merged record has none: they are its master's.
    """
    record = master_of(record)
    with transaction.atomic():
        return _name(addresses_of(record), record, by, None)


def undo_naming(resolution: AddressResolution, by: str) -> int:
    """Have the parties that it named mean nobody again; how many they were."""
    nobody = dict.fromkeys(CUSTOMERS)
    with transaction.atomic():
        count = ActivityParty.objects.filter(resolution=resolution).update(
            **nobody, resolution=None
        )
        resolution.delete()
    log.info("address.naming-undone", by=by, count=count)
    return count


def _name(addresses: Collection[str], record: Regarded, by: str, email: UUID | None) -> int:
    """Point the unnamed parties at the record, those of one email or of all."""
    kind, now, count = type(record).__name__.lower(), timezone.now(), 0
    for address in sorted(addresses):  # three at most: a record has no more
        resolution = AddressResolution.objects.create(
            address=address, username=by, resolved_on=now, **{kind: record}
        )
        rows = unnamed([address]) if email is None else unnamed([address]).filter(email=email)
        found = rows.update(**{kind: record}, resolution=resolution)
        if not found:
            resolution.delete()
        count += found
    log.info("address.named", record=str(record.pk), by=by, count=count)
    return count


def _keep_address(record: Regarded, address: str) -> None:
    """Write the address into the first free column of the record."""
    stored = type(record)._default_manager.select_for_update().get(pk=record.pk)
    columns = ADDRESS_COLUMNS[type(stored)]
    free = next((column for column in columns if not getattr(stored, column)), None)
    if free is not None and address_key(address) not in addresses_of(stored):
        update_customer(stored, **{free: address})
