"""Whom an address means: exactly one sender, every recipient."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from passerelle.messages import Address
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

_ORDER = {kind: place for place, kind in enumerate(PartyKind)}


def sender_record(matches: tuple[RecordRef, ...], reader: UUID | None) -> RecordRef | None:
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


def record_of_address(matches: tuple[RecordRef, ...]) -> RecordRef | None:
    """The one record that an address of an earlier email means, whoever read it."""
    return sender_record(matches, None)


def _rank(record: RecordRef, reader: UUID | None) -> tuple[bool, int, UUID]:
    foreign = reader is None or record.owner != reader
    return foreign, _ORDER[record.kind], record.id


def parties(
    incoming: Incoming, sender: RecordRef | None, answers: Answers
) -> tuple[Party | None, tuple[Party, ...]]:
    """The sender's party, and all parties: the sender first, then To, then Cc; bounded."""
    everybody: list[Party] = []
    party = None
    if incoming.sender is not None:
        party = _party(Participation.SENDER, incoming.sender, sender)
        everybody.append(party)
    for participation, addresses in (
        (Participation.TO, incoming.to),
        (Participation.CC, incoming.cc),
    ):
        for address in _each_once(addresses):
            if len(everybody) >= PARTIES_MAX:
                break
            everybody.extend(_recipients(participation, address, answers))
    return party, tuple(everybody[:PARTIES_MAX])


def withheld(incoming: Incoming, answers: Answers) -> list[Address]:
    """The addresses of the message that a user or a queue holds without approval, each once."""
    if not answers.withheld:
        return []
    sender = (incoming.sender,) if incoming.sender is not None else ()
    everybody = _each_once((*sender, *incoming.to, *incoming.cc))
    return [address for address in everybody if address.key in answers.withheld]


def _each_once(addresses: tuple[Address, ...]) -> Iterable[Address]:
    found: dict[str, Address] = {}
    for address in addresses:
        found.setdefault(address.key, address)
    return found.values()


def _recipients(
    participation: Participation, address: Address, answers: Answers
) -> Iterator[Party]:
    """A party for every record that the address means; one without a record if it means none."""
    matches = answers.records.get(address.key, ())
    if not matches or len(matches) > MATCHES_MAX:
        yield _party(participation, address, None)
        return
    for record in matches:
        yield _party(participation, address, record)


def _party(participation: Participation, address: Address, record: RecordRef | None) -> Party:
    return Party(participation, address.address, address.name, record)


def takers(
    everybody: tuple[Party, ...], answers: Answers, box: ReadingMailbox
) -> tuple[Taker, ...]:
    """The users and queues that may take the message, in the order of To and Cc.

    The mailbox being read comes last when no recipient names it: mail reaches it by Bcc and by
    lists, too.
    """
    found: dict[UUID, Taker] = {}
    for party in everybody:
        if party.record is None or party.participation is Participation.SENDER:
            continue
        taker = answers.takers.get(party.record.id)
        if taker is not None and taker.record.active:
            found.setdefault(taker.record.id, taker)
    if box.taker is not None:
        found[box.taker.record.id] = box.taker  # one already named keeps its place
    return tuple(found.values())


def queues(
    everybody: tuple[Party, ...], box: ReadingMailbox, settings: TrackingSettings
) -> tuple[UUID, ...]:
    """The queues that get an item: each active one addressed, and the one being read."""
    found = list(_addressed_queues(everybody)) if settings.items_for_recipients else []
    taker = box.taker if settings.item_for_read_queue else None
    if taker is not None and taker.record.kind is PartyKind.QUEUE:
        found.append(taker.record.id)
    return tuple(dict.fromkeys(found))


def _addressed_queues(everybody: tuple[Party, ...]) -> Iterator[UUID]:
    for party in everybody:
        record = party.record
        if record is None or party.participation is Participation.SENDER:
            continue
        if record.kind is PartyKind.QUEUE and record.active:
            yield record.id


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
