"""Contacts and leads that are made by themselves for unknown senders, and taken back."""

from passerelle.crm.automatic.listing import Made, filtered, made_on, records_made, visible_to
from passerelle.crm.automatic.making import (
    Making,
    Wanted,
    full_mailboxes,
    has_reached,
    make,
    name_parties,
)
from passerelle.crm.automatic.taking_back import AT_ONCE, TakenBack, examine, in_batches, take_back

__all__ = [
    "AT_ONCE",
    "Made",
    "Making",
    "TakenBack",
    "Wanted",
    "examine",
    "filtered",
    "full_mailboxes",
    "has_reached",
    "in_batches",
    "made_on",
    "make",
    "name_parties",
    "records_made",
    "take_back",
    "visible_to",
]
