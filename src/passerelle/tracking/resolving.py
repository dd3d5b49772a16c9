"""Whom an address means: exactly one sender, every recipient."""

from collections.abc import Iterable, Mapping
from itertools import islice
from uuid import UUID

from passerelle.messages import Address, without_tag
from passerelle.tracking.values import (
    Answers,
    Incoming,
    Participation,
    Party,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    Taker,
    TrackingSettings,
)

MATCHES_MAX = 100  # with more, an address stays unresolved
PARTIES_MAX = 2_000  # of one email; the raw message keeps the rest

SEVERAL = 2

Matches = tuple[RecordRef, ...]
HOLDERS = frozenset({PartyKind.SYSTEMUSER, PartyKind.QUEUE})  # of mailboxes
_ORDER = {kind: place for place, kind in enumerate(PartyKind)}


def meaning_keys(key: str, settings: TrackingSettings) -> tuple[str, ...]:
    """Under what an address is looked up: as it is, and where the organization wants untagged."""
    plain = without_tag(key) if settings.plus_addresses else None
    return (key,) if plain is None else (key, plain)


def matches_of(address: Address, answers: Answers, settings: TrackingSettings) -> Matches:
    """The records that an address means, in an order that depends on nothing but them."""
    found = _exact_or_plain(answers.records, address.key, settings)
    if not settings.inactive_meant:
        found = tuple(record for record in found if record.active)
    return found if len(found) < SEVERAL else tuple(sorted(found, key=_place))


def withheld_from(address: Address, answers: Answers, settings: TrackingSettings) -> Matches:
    """The users and queues that the address will mean once somebody approved it for them."""
    if not answers.withheld:
        return ()
    if address.key in answers.records:
        return answers.withheld.get(address.key, ())
    return _exact_or_plain(answers.withheld, address.key, settings)


def _exact_or_plain(
    records: Mapping[str, Matches], key: str, settings: TrackingSettings
) -> Matches:
    """Who has exactly this address; else the users and queues that have it without its tag."""
    exact, *plain = meaning_keys(key, settings)
    found = records.get(exact, ())
    if found or not plain:
        return found
    return tuple(record for record in records.get(plain[0], ()) if record.kind in HOLDERS)


def sender_record(matches: Matches, reader: UUID | None) -> RecordRef | None:
    """The one record that a sender's address means.

    A single match is taken whatever its state. Of several, the active ones count: one owned by
    `reader`, the owner of the mailbox being read, beats the others; then the order of the kinds;
    then the lowest id, so that every run chooses alike.
    """
    if len(matches) > MATCHES_MAX:
        return None
    if len(matches) == 1:
        return matches[0]
    active = [record for record in matches if record.active]
    if not active:
        return None
    return min(active, key=lambda record: _rank(record, reader))


def sole_record(matches: Matches) -> RecordRef | None:
    """The one record, or the only active one of several: where none is chosen among rivals."""
    if len(matches) > 1:
        matches = tuple(record for record in matches if record.active)
    return matches[0] if len(matches) == 1 else None


def record_of_address(matches: Matches) -> RecordRef | None:
    """The one record that an address of an earlier email means, whoever read it."""
    return sender_record(matches, None)


def _rank(record: RecordRef, reader: UUID | None) -> tuple[bool, int, UUID]:
    foreign = reader is None or record.owner != reader
    return foreign, *_place(record)


def _place(record: RecordRef) -> tuple[int, UUID]:
    return _ORDER[record.kind], record.id


def parties(
    incoming: Incoming, sender: RecordRef | None, answers: Answers, settings: TrackingSettings
) -> tuple[Party | None, tuple[Party, ...]]:
    """The sender's party, and all parties: the sender first, then To, Cc and Bcc; bounded."""
    everybody: list[Party] = []
    party = None
    if incoming.sender is not None:
        party = _party(Participation.SENDER, incoming.sender, sender)
        everybody.append(party)
    for participation, addresses in (
        (Participation.TO, incoming.to),
        (Participation.CC, incoming.cc),
        (Participation.BCC, incoming.bcc),
    ):
        for address in _each_once(addresses):
            if len(everybody) >= PARTIES_MAX:
                break
            records = _named(matches_of(address, answers, settings), settings)
            everybody.extend(_party(participation, address, record) for record in records)
    return party, tuple(everybody[:PARTIES_MAX])


def _named(matches: Matches, settings: TrackingSettings) -> Iterable[RecordRef | None]:
    """The records that a recipient's party names: every one, or None alone."""
    if not matches or len(matches) > MATCHES_MAX:
        return (None,)
    return (sole_record(matches),) if settings.recipients_unresolved else matches


def withheld(
    incoming: Incoming, answers: Answers, settings: TrackingSettings
) -> list[tuple[Address, RecordRef]]:
    """The addresses of the message that somebody holds without approval, each once."""
    if not answers.withheld:
        return []
    sender = (incoming.sender,) if incoming.sender is not None else ()
    everybody = _each_once((*sender, *_recipients(incoming)))
    held = ((one, withheld_from(one, answers, settings)) for one in everybody)
    return [(address, holders[0]) for address, holders in held if holders]


def _each_once(addresses: tuple[Address, ...]) -> Iterable[Address]:
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.key, address)
    return found.values()


def _party(participation: Participation, address: Address, record: RecordRef | None) -> Party:
    return Party(participation, address.address, address.name, record)


def received_by(incoming: Incoming, answers: Answers, settings: TrackingSettings) -> Matches:
    """The users and queues among the recipients, in their order, whether they are parties or not.

    Those in To, then in Cc and Bcc, then those to whom the server says that it delivered.
    """
    found: dict[UUID, RecordRef] = {}
    for address in islice(_each_once(_recipients(incoming)), PARTIES_MAX):
        matches = matches_of(address, answers, settings)
        if len(matches) <= MATCHES_MAX:
            found |= {one.id: one for one in matches if one.kind in HOLDERS and one.active}
    return tuple(found.values())


def _recipients(incoming: Incoming) -> tuple[Address, ...]:
    delivered = (address for _field, address in incoming.delivered_to)
    return (*incoming.to, *incoming.cc, *incoming.bcc, *delivered)


def takers(received: Matches, answers: Answers, box: ReadingMailbox) -> tuple[Taker, ...]:
    """The users and queues that may take the message, of those that received it, in their order.

    The mailbox being read comes last when no recipient names it: mail reaches it by Bcc and by
    lists, too.
    """
    found: dict[UUID, Taker] = {}
    for record in received:
        taker = answers.takers.get(record.id)
        if taker is not None and taker.record.active:
            found[record.id] = taker
    if box.taker is not None:
        found[box.taker.record.id] = box.taker  # one already named keeps its place
    return tuple(found.values())


def queues(received: Matches, box: ReadingMailbox, settings: TrackingSettings) -> tuple[UUID, ...]:
    """The queues that get an item: each active one addressed, and the one being read."""
    found = []
    if settings.items_for_recipients:
        found += [record.id for record in received if record.kind is PartyKind.QUEUE]
    taker = box.taker if settings.item_for_read_queue else None
    if taker is not None and taker.record.kind is PartyKind.QUEUE:
        found.append(taker.record.id)
    return tuple(dict.fromkeys(found))


def owner(
    candidates: tuple[Taker, ...], correlated_owner: UUID | None, sender: RecordRef | None
) -> UUID | None:
    """Who owns the email, of those who received it and may own emails.

    The owner of the email it answers, else the owner of the sender's record, else the first.
    """
    owners = [taker.owner for taker in candidates if taker.owner is not None]
    if correlated_owner in owners:
        return correlated_owner
    business = {PartyKind.CONTACT, PartyKind.ACCOUNT, PartyKind.LEAD}
    if sender is not None and sender.kind in business and sender.owner in owners:
        return sender.owner
    return owners[0] if owners else None
