"""Make contacts and leads for unknown senders, in the transaction that records their email.

An address is made once, also by two processes at the same moment: who inserts its row of
`automaticrecord` makes the record, and the other waits for that and names what was made. An address
that was taken back has its row still, and is not made again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet

from passerelle.crm.models import ActivityParty, AutomaticRecord, Contact, EmailSearch, Lead
from passerelle.crm.models.mail_addresses import validate_address
from passerelle.crm.names import set_words
from passerelle.crm.services.addresses import add_addresses, address_key, our_domains
from passerelle.crm.services.customers import full_name
from passerelle.crm.services.inserting import insert_rows, load_rows, new_row
from passerelle.guids import new_guid
from passerelle.tracking import FREEMAIL, Creates, Creation

log = structlog.get_logger(__name__)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record to be made, and the email that brought the address."""

    creation: Creation
    activity_id: UUID

    @property
    def key(self) -> str:
        return address_key(self.creation.address)


@dataclass(frozen=True, slots=True)
class Making:
    """What holds for all that one batch of one mailbox makes."""

    mailbox: UUID  # that is read
    most: int  # records a day
    now: datetime


def make(wanted: Iterable[Wanted], making: Making) -> Mapping[str, AutomaticRecord]:
    """Make the records, each address once; what each address means now, where it means one.

    A fixed number of queries, and none where nothing is wanted.
    """
    first: dict[str, Wanted] = {}
    for one in wanted:
        first.setdefault(one.key, one)
    if not first:
        return {}
    known = _known(first)
    unknown = [key for key in first if key not in known and _fits(first[key])][: _room(making)]
    # All workers in one order: two that insert the same addresses crosswise would lock each other.
    rows = {key: _row(key, first[key], making) for key in sorted(unknown)}
    insert_rows(list(rows.values()), unless_there=True)
    keys = [row.pk for row in rows.values()]
    made = set(AutomaticRecord.objects.filter(pk__in=keys).values_list("pk", flat=True))
    ours = {key: row for key, row in rows.items() if row.pk in made}
    _load([(ours[key], first[key].creation) for key in ours])
    others = first.keys() - ours.keys()  # known, made by another process, or beyond the limit
    there = AutomaticRecord.objects.filter(address__in=others).exclude(contact=None, lead=None)
    return ours | {row.address: row for row in there}


def name_parties(parties: Iterable[ActivityParty], made: Mapping[str, AutomaticRecord]) -> None:
    """Have unsaved parties mean the records that their addresses mean now."""
    if not made:
        return
    for party in parties:
        row = None if party.is_named else made.get(address_key(party.address_used))
        if row is not None:
            party.contact_id, party.lead_id = row.contact_id, row.lead_id


def has_reached(making: Making) -> bool:
    """Whether the mailbox has no room for further records today."""
    return _room(making) <= 0


def full_mailboxes(most: int, now: datetime) -> QuerySet[AutomaticRecord, UUID]:
    """The mailboxes with no room for further records today, as a part of another query."""
    lately = AutomaticRecord.objects.filter(created_on__gt=now - DAY).order_by()
    counted = lately.values("mailbox_id").annotate(count=Count("pk"))
    return counted.filter(count__gte=most).values_list("mailbox_id", flat=True)


def _room(making: Making) -> int:
    """How many more records this mailbox may make: of the last 24 hours."""
    lately = AutomaticRecord.objects.filter(
        mailbox_id=making.mailbox, created_on__gt=making.now - DAY
    )
    return max(making.most - lately.order_by()[: making.most].count(), 0)


def _known(keys: Collection[str]) -> set[str]:
    """The addresses that mean somebody by now, and those at domains of our users and queues.

    Those are colleagues, whom nobody made yet; where everybody may have an address, a domain says
    nothing.
    """
    held = EmailSearch.objects.filter(email_address__in=keys).values_list("email_address")
    taken = {address for (address,) in held}
    domains = {key.rpartition("@")[2] for key in keys} - FREEMAIL
    own = our_domains(domains)
    return {key for key in keys if key in taken or key.rpartition("@")[2] in own}


def _fits(wanted: Wanted) -> bool:
    """Whether the page of the record would take the address, too."""
    try:
        validate_address(wanted.creation.address)
    except ValidationError:
        return False
    return True


def _row(key: str, wanted: Wanted, making: Making) -> AutomaticRecord:
    """With the key of the record that is made next; the database looks at it when it commits."""
    creation, record = wanted.creation, new_guid()
    is_lead = creation.creates is Creates.LEAD
    return new_row(
        AutomaticRecord,
        address=key,
        contact_id=None if is_lead else record,
        lead_id=record if is_lead else None,
        fullname=full_name(creation.name.first, creation.name.last),
        company_name=creation.name.company if is_lead else "",
        is_lead=is_lead,
        owner_then=creation.owner,
        by_user_id=creation.by_user,
        by_queue_id=creation.by_queue,
        activity_id=wanted.activity_id,
        mailbox_id=making.mailbox,
        created_on=making.now,
    )


def _load(made: Sequence[tuple[AutomaticRecord, Creation]]) -> None:
    """The records themselves, and the addresses by which they are found."""
    contacts = [
        new_row(Contact, contact_id=row.contact_id, **_columns(row, creation))
        for row, creation in made
        if not row.is_lead
    ]
    leads = [
        new_row(
            Lead,
            lead_id=row.lead_id,
            company_name=creation.name.company,
            **_columns(row, creation),
        )
        for row, creation in made
        if row.is_lead
    ]
    set_words(contacts)
    load_rows(contacts)
    add_addresses(contacts)
    set_words(leads)
    load_rows(leads)
    add_addresses(leads)
    if made:
        log.info("records.made", contacts=len(contacts), leads=len(leads))


def _columns(row: AutomaticRecord, creation: Creation) -> dict[str, Any]:
    """What a contact and a lead have alike."""
    return {
        "first_name": creation.name.first,
        "last_name": creation.name.last,
        "fullname": row.fullname,
        "email_address1": creation.address,
        "owner_id": creation.owner,
    }
