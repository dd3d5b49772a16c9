"""What a message says, read from its bytes; what cannot be read becomes a fault.

This is the quarantine boundary, one of the three places that catch everything: parsers raise
anything, and one bad message never stops the others.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from passerelle.faults import Fault
from passerelle.faults.mail.cycles import MessageBreaksReader
from passerelle.messages import Identity, MailReport, Message, identity, parse, report_of
from passerelle.sync.understanding.salvage import bare, salvage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message says, and by what it is recognised."""

    message: Message
    identity: Identity
    report: MailReport | None = None  # what it reports of an email


def read(data: bytes, parser: Callable[[bytes], Message]) -> Understood | Fault:
    """Parse, or say what went wrong. Never raises."""
    try:
        message = parser(data)
        return Understood(message, identity(message), report_of(data, message))
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
