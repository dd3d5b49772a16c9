"""Decisions to rows, made before the transaction begins. Pure but for keys and compression.

An ignored message leaves its place, its Message-ID and its sender: never its text.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from passerelle.crm import services as crm
from passerelle.crm.automatic import Wanted
from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    Email,
    QueueItem,
    RawMessage,
)
from passerelle.crm.models.mail.emails import CorrelationState, EmailState, EmailStatus
from passerelle.crm.services import Awaited, Kept, Octets, Packed
from passerelle.faults import Fault
from passerelle.messages import Danger, Message
from passerelle.sync.incoming.clues import clues_of
from passerelle.sync.incoming.deciding import Judged
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.incoming.owing import owed
from passerelle.sync.models import Clue, Place, Quarantine, Touch
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.understanding.content import Understood
from passerelle.sync.understanding.received import Received, dangers_of
from passerelle.tracking import (
    Complete,
    Correlation,
    Doubt,
    Facts,
    PartyKind,
    Reason,
    RecordRef,
    Skip,
    Track,
    case_as_text,
    conversation_hash,
)

ADDRESS_CHARS = 320
ID_CHARS = 320
SUBJECT_CHARS = 800
RECIPIENTS_CHARS = 500
NAME_CHARS = 200
FILENAME_CHARS = 255
MIMETYPE_CHARS = 256
ANSWERED = "answered"  # of the facts of a place: the Message-ID that it answers
_REGARDING = {PartyKind.ACCOUNT, PartyKind.CONTACT, PartyKind.LEAD}


@dataclass(frozen=True, slots=True)
class Completion:
    """An email that gets the parts which it lacked."""

    email: UUID
    raw: RawMessage
    attachments: tuple[ActivityMimeAttachment, ...]
    dangers: Danger  # of the copy that brings them


@dataclass(slots=True)
class Rows:
    """Everything that one transaction writes for a batch."""

    packed: Packed
    emails: list[Email] = field(default_factory=list)
    parties: list[ActivityParty] = field(default_factory=list)
    hashes: list[Kept] = field(default_factory=list)
    # What those refer to that found nothing they answer, the surest first.
    named: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    awaited: list[Awaited] = field(default_factory=list)
    attachments: list[ActivityMimeAttachment] = field(default_factory=list)
    queue_items: list[QueueItem] = field(default_factory=list)
    queue_items_again: list[QueueItem] = field(default_factory=list)  # may be there already
    completions: list[Completion] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    quarantines: list[Quarantine] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)  # records for unknown senders
    filed: list[UUID] = field(default_factory=list)  # emails found again in a record's folder

    @property
    def new_words(self) -> list[UUID]:
        """The emails that are to be found by other words than before."""
        return [*(one.pk for one in self.emails), *(one.email for one in self.completions)]

    @property
    def placed(self) -> set[UUID]:
        """The emails that are new, or lie in another mailbox or queue than before."""
        return {place.email_id for place in self.places if place.email_id is not None}


def rows_of(desk: Desk, batch: Sequence[Judged], now: datetime) -> Rows:
    """The rows of a batch."""
    kept = [judged for judged in batch if not isinstance(judged.decision, Skip)]
    fresh = [judged.received for judged in kept if judged.received.stored is None]
    packed = crm.pack(Octets(one.raw.data, one.raw.whole, one.frame) for one in fresh)
    raws = {one.place: raw for one, raw in zip(fresh, packed.messages, strict=True)}
    rows = Rows(packed)
    for number, judged in enumerate(batch):
        received = judged.received
        # A microsecond apart, so that lists keep the order of the mailbox within a batch.
        moment = now + timedelta(microseconds=number)
        raw = received.stored or raws.get(received.place)
        rows.places.append(_place(desk, judged, moment))
        rows.clues.extend(clues_of(rows.places[-1], received))
        match judged.decision:
            case Track() as track if raw is not None:
                email = _email(desk, _understood(received), track, raw, moment)
                email.is_unsafe = int(dangers_of(desk, received)) or None
                _add_tracked(rows, received, track, email)
                _add_threads(rows, desk, email, _understood(received).message, track)
            case Complete() as complete if raw is not None:
                rows.filed.append(complete.existing)
                rows.completions.append(_completion(desk, received, complete, raw))
                rows.queue_items_again.extend(
                    _items_again(complete.existing, complete.queues, moment)
                )
            case Skip(existing=UUID() as existing) as skip:
                rows.filed.append(existing)
                rows.queue_items_again.extend(_items_again(existing, skip.queues, moment))
            case Fault() as fault:
                rows.quarantines.append(
                    Quarantine(place_id=received.place, raw=raw, code=fault.code, facts=fault.facts)
                )
    rows.touches.extend(owed(desk, batch, now))
    return rows


def _add_tracked(rows: Rows, received: Received, track: Track, email: Email) -> None:
    content, now = _understood(received), email.created_on
    rows.emails.append(email)
    rows.parties.extend(_parties(track, now))
    if track.creation is not None:
        rows.wanted.append(Wanted(track.creation, track.activityid))
    rows.attachments.extend(_attachments(track.activityid, content.message))
    rows.queue_items.extend(
        crm.new_row(QueueItem, queue_id=queue, email_id=track.activityid, entered_on=now)
        for queue in track.queues
    )


def _add_threads(rows: Rows, desk: Desk, email: Email, message: Message, track: Track) -> None:
    """By what it may be found to belong to something later."""
    found = track.correlated
    waits = desk.settings.correlation and (found is None or found.doubt is Doubt.SIMILAR)
    if waits and (named := _named(message)):
        rows.named[email.pk] = named
        references = (one for one in named if one != email.in_reply_to)
        rows.awaited.extend(crm.awaited_by(email.pk, references))
    if desk.settings.smart_matching:
        people = (party.address for party in track.parties)
        kept = crm.kept_of(email, people, message.date, desk.settings.matching)
        if kept is not None:
            rows.hashes.append(kept)


def _named(message: Message) -> tuple[str, ...]:
    """As columns keep it; no message answers itself."""
    ids = dict.fromkeys((message.in_reply_to, *reversed(message.references)))
    return tuple(one[:ID_CHARS] for one in ids if one and one != message.message_id)


def _items_again(email: UUID, queues: Iterable[UUID], now: datetime) -> Iterator[QueueItem]:
    """Items of an email that exists already; a queue that has one keeps the one it has."""
    for queue in queues:
        yield crm.new_row(QueueItem, queue_id=queue, email_id=email, entered_on=now)


def _email(desk: Desk, content: Understood, track: Track, raw: RawMessage, now: datetime) -> Email:
    message = content.message
    return crm.new_row(
        Email,
        activity_id=track.activityid,
        subject=message.subject[:SUBJECT_CHARS],
        description=message.text,
        direction_code=desk.is_sent,
        statecode=EmailState.COMPLETED,
        statuscode=EmailStatus.SENT if desk.is_sent else EmailStatus.RECEIVED,
        message_id=message.message_id[:ID_CHARS],
        in_reply_to=message.in_reply_to[:ID_CHARS],
        sender=_sender(message),
        to_recipients=";".join(one.address for one in message.to)[:RECIPIENTS_CHARS],
        sent_on=message.date,
        created_on=now,
        owner_id=track.owner or desk.default_owner,
        attachment_count=len(message.attachments),
        raw_id=raw.pk,
        identity=content.identity.digest,
        text_digest=content.identity.text_digest,
        version=track.version,
        ambiguous_sender=track.ambiguous_sender or None,
        **_thread_index(message.header_facts.thread_index),
        **_correlation(track.correlated),
        **_regarding(track.regarding),
        **_accepting(None if desk.is_sent else track.accepting),
    )


def _thread_index(index: bytes) -> dict[str, Any]:
    """By what Outlook's answers to it are known."""
    if not index:
        return {}
    return {
        "conversation_index": b64encode(index).decode("ascii"),
        "conversation_hash": conversation_hash(index),
    }


def _correlation(found: Correlation | None) -> dict[str, Any]:
    """What the email is joined to, or what is only proposed."""
    if found is None:
        return {}
    method = {"correlation_method": int(found.method)}
    if found.doubt is None:
        return method | {
            "correlation_state": CorrelationState.SURE,
            "correlated_activity_id": found.email.activityid,
        }
    return method | {
        "correlation_state": CorrelationState.PROPOSED,
        "correlation_doubt": int(found.doubt),
        "proposed_activity_id": found.email.activityid,
    }


def _regarding(record: RecordRef | None) -> dict[str, UUID]:
    if record is None or record.kind not in _REGARDING:
        return {}
    return {f"regarding_{record.kind.value}_id": record.id}


def _accepting(record: RecordRef | None) -> dict[str, UUID]:
    match record:
        case RecordRef(kind=PartyKind.SYSTEMUSER):
            return {"accepting_user_id": record.id}
        case RecordRef(kind=PartyKind.QUEUE):
            return {"accepting_queue_id": record.id}
        case _:
            return {}


def _parties(track: Track, now: datetime) -> Iterator[ActivityParty]:
    for position, party in enumerate(track.parties):
        record = party.record
        yield crm.new_row(
            ActivityParty,
            email_id=track.activityid,
            participation=int(party.participation),
            address_used=party.address[:ADDRESS_CHARS],
            name_used=party.name[:NAME_CHARS],
            position=position,
            created_on=now,
            **({f"{record.kind.value}_id": record.id} if record else {}),
        )


def _attachments(email: UUID, message: Message) -> Iterator[ActivityMimeAttachment]:
    for number, attachment in enumerate(message.attachments, 1):
        yield crm.new_row(
            ActivityMimeAttachment,
            email_id=email,
            number=number,
            filename=attachment.filename[:FILENAME_CHARS],
            mimetype=attachment.mimetype[:MIMETYPE_CHARS],
            kind=attachment.kind.value,
            filesize=attachment.size,
            part=attachment.part,
            digest=attachment.digest,
        )


def _completion(desk: Desk, received: Received, complete: Complete, raw: RawMessage) -> Completion:
    files = _attachments(complete.existing, _understood(received).message)
    return Completion(complete.existing, raw, tuple(files), dangers_of(desk, received))


def _place(desk: Desk, judged: Judged, now: datetime) -> Place:
    received, decision = judged.received, judged.decision
    listed = received.raw.listed
    place = crm.new_row(
        Place,
        place_id=received.place,
        mailbox_id=desk.mailbox,
        epoch=desk.epoch,
        folder=desk.folder,
        uid_validity=desk.uid_validity,
        uid=listed.uid,
        uidl=listed.uidl,
        part=received.forwarded.part if received.forwarded else "",
        forwarder_id=received.forwarded.mailbox if received.forwarded else None,
        received_on=listed.received,
        decided_on=now,
        outcome=Outcome.QUARANTINED,
        reason=Reason.UNKNOWN,
    )
    if isinstance(received.content, Understood):
        place.message_id = received.content.message.message_id[:ID_CHARS]
        place.sender = _sender(received.content.message)
    if not isinstance(decision, Fault):
        place.outcome = Outcome.IGNORED if isinstance(decision, Skip) else Outcome.TRACKED
        place.reason = int(decision.reason)
        place.facts = _trace(decision, _understood(received).message)
        place.email_id = _email_of(decision)
    return place


def _email_of(decision: Track | Skip | Complete) -> UUID | None:
    return decision.activityid if isinstance(decision, Track) else decision.existing


def _trace(decision: Track | Skip | Complete, message: Message) -> dict[str, Any]:
    """What was looked at, so that a page can say why, and what it was decided on (`Case`).

    Of an answer that nobody wanted as what it answers was not here, what that is.
    """
    trace: dict[str, Any] = {
        "facts": _pairs(decision.facts),
        "looked": [[looked.look.value, _pairs(looked.facts)] for looked in decision.looked_at],
    }
    if not isinstance(decision, Complete) and decision.case is not None:
        trace["case"] = case_as_text(decision.case)
    if decision.reason is Reason.NO_CORRELATION_MATCH and message.in_reply_to:
        trace[ANSWERED] = message.in_reply_to[:ID_CHARS]
    return trace


def _pairs(facts: Facts) -> list[list[Any]]:
    return [[name, value] for name, value in facts]


def _sender(message: Message) -> str:
    return message.sender.address[:ADDRESS_CHARS] if message.sender else ""


def _understood(received: Received) -> Understood:
    if isinstance(received.content, Fault):
        raise TypeError("a message that could not be read becomes no record")
    return received.content
