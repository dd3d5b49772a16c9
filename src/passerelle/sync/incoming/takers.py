"""Users and queues as those who may take mail: of a loaded mailbox, or of many in one query."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from passerelle.crm import services as crm
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.mailboxes.models.profile import State
from passerelle.tracking import Creates, Filter, PartyKind, RecordRef, Taker

_WISHES = ("incoming_email_filtering_method", "create_automatically")
_USER = ("pk", "fullname", *_WISHES, "is_disabled")
_QUEUE = ("pk", "name", *_WISHES, "statecode", "owner_id")
_ENABLED: crm.Prepared[UUID] = crm.Prepared(
    lambda records: Mailbox.objects.filter(
        Q(systemuser__in=records) | Q(queue__in=records),
        Q(enabled_for_incoming=True) | Q(incoming_method=DeliveryMethod.FORWARD),
        statecode=State.ACTIVE,
    ).values_list(
        *(f"systemuser__{column}" for column in _USER),
        *(f"queue__{column}" for column in _QUEUE),
    )
)


def taker_of(mailbox: Mailbox) -> Taker | None:
    """The user or queue of a mailbox as one who may take mail; None for a collector."""
    if user := mailbox.systemuser:
        return _user([getattr(user, column) for column in _USER])
    if queue := mailbox.queue:
        return _queue([getattr(queue, column) for column in _QUEUE])
    return None


def takers_among(records: Collection[UUID]) -> dict[UUID, Taker]:
    """Those of these users and queues whose mail is processed. A query a chunk."""
    found: dict[UUID, Taker] = {}
    for chunk in crm.chunks(records):
        for row in _ENABLED.rows(chunk):
            user, queue = row[: len(_USER)], row[len(_USER) :]
            taker = _queue(queue) if user[0] is None else _user(user)
            found[taker.record.id] = taker
    return found


def _user(row: Sequence[Any]) -> Taker:
    key, name, filtering, creates, is_disabled = row
    record = RecordRef(PartyKind.SYSTEMUSER, key, not is_disabled, None, name)
    return Taker(record, Filter(filtering), key, Creates(creates))


def _queue(row: Sequence[Any]) -> Taker:
    key, name, filtering, creates, statecode, owner = row
    record = RecordRef(PartyKind.QUEUE, key, statecode == 0, owner, name)
    return Taker(record, Filter(filtering), owner, Creates(creates))
