"""One message as the server gave it, read; what cannot be read goes to quarantine.

This is the quarantine boundary, one of the three places that catch everything: parsers raise
anything, and one bad message never stops the others.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import structlog

from passerelle.crm.models import RawMessage as StoredRaw
from passerelle.faults import Fault
from passerelle.faults.cycles import MessageBreaksReader, MessageTooLarge
from passerelle.guids import new_guid
from passerelle.messages import Identity, Message, identity, parse
from passerelle.protocols.interfaces import RawMessage
from passerelle.sync.incoming.batches import Batch
from passerelle.sync.incoming.reader_process import Content
from passerelle.sync.incoming.salvage import bare, salvage
from passerelle.tracking import Skip, Taker

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says, and by what it is recognised."""

    message: Message
    identity: Identity


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
    # Of a message that was in quarantine: its bytes are stored and its place exists.
    stored: StoredRaw | None = None
    by_hand: bool = False
    forwarded: Forwarded | None = None
    settled: Skip | None = None  # decided before any record is asked


def understood(batch: Batch) -> list[Received]:
    """Each message of a batch; what was not read beside is read here. Never raises."""
    contents = batch.contents or [None] * len(batch.messages)
    return [_understand(*pair) for pair in zip(batch.messages, contents, strict=True)]


def _understand(raw: RawMessage, content: Content | None) -> Received:
    if not raw.whole:
        return Received(raw, MessageTooLarge(size=raw.listed.size))
    return Received(raw, Understood(*content) if content else read(raw.data, parse))


def read(data: bytes, parser: Callable[[bytes], Message]) -> Understood | Fault:
    """Parse, or say what went wrong. Never raises."""
    try:
        message = parser(data)
        return Understood(message, identity(message))
    except Fault as fault:
        return fault
    except Exception as error:
        log.exception("message.unreadable", size=len(data))
        return MessageBreaksReader(error=type(error).__name__)


def read_at_any_price(data: bytes, *, whole: bool) -> Understood:
    """What a person takes although it cannot be read: as much of it as can be had."""
    for parser in (partial(parse, whole=whole), salvage):
        content = read(data, parser)
        if isinstance(content, Understood):
            return content
    nothing = bare()
    return Understood(
        nothing, Identity(hashlib.sha256(data).digest(), identity(nothing).text_digest)
    )
