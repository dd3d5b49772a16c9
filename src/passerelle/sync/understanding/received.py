"""Messages on their way to records, one of each that the server gave."""

from dataclasses import dataclass, field
from uuid import UUID

from passerelle.crm.models import RawMessage as StoredRaw
from passerelle.crm.services import blocked_extension
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import MessageTooLarge
from passerelle.guids import new_guid
from passerelle.messages import Danger, checks_of, dangers, parse
from passerelle.protocols.interfaces import RawMessage
from passerelle.sync.incoming.desk import Desk
from passerelle.sync.understanding.batches import Batch
from passerelle.sync.understanding.content import Understood, read
from passerelle.tracking import Skip, Taker


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was attached to a message in a forward mailbox: where, and for whom it is read."""

    part: str
    mailbox: UUID  # the forwarder's
    taker: Taker


@dataclass(frozen=True, slots=True)
class Received:
    """One message on its way to a record; `content` is a fault when it goes to quarantine."""

    raw: RawMessage
    content: Understood | Fault
    key: UUID = field(default_factory=new_guid)  # of the email that it may become
    place: UUID = field(default_factory=new_guid)
    has_place: bool = False  # it is stored: a person decides about a message that was decided
    stored: StoredRaw | None = None  # its bytes, where they are kept: it was in quarantine
    frame: bytes | None = None  # its bytes as they will be stored, where that was done beside
    by_hand: bool = False
    forwarded: Forwarded | None = None
    settled: Skip | None = None  # decided before any record is asked


def understood(batch: Batch) -> list[Received]:
    """Each message of a batch; what was not read beside is read here. Never raises."""
    nothing = [None] * len(batch.messages)
    found = zip(batch.messages, batch.contents or nothing, batch.frames or nothing, strict=True)
    return [_understand(*one) for one in found]


def _understand(raw: RawMessage, content: Understood | None, frame: bytes | None) -> Received:
    if not raw.whole:
        return Received(raw, MessageTooLarge(size=raw.listed.size), frame=frame)
    return Received(raw, content or read(raw.data, parse), frame=frame)


def dangers_of(desk: Desk, received: Received) -> Danger:
    """What is considered unsafe about a message. What is attached to another, nobody checked."""
    if isinstance(received.content, Fault):
        return Danger(0)
    message = received.content.message
    believed = desk.believed if received.forwarded is None else ""
    return dangers(
        message.sender,
        checks_of(received.raw.data, believed),
        has_blocked_file=any(
            blocked_extension(file.filename, desk.blocked) for file in message.attachments
        ),
    )
