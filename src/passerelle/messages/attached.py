"""Messages within a message: what `message/rfc822` parts hold (RFC 2046, 5.2.1).

A forward as attachment carries the original whole, with its headers; a forward in the text carries
a quotation, and no original can be had of it.
"""

from dataclasses import dataclass, field
from itertools import islice

from passerelle.messages.parts import leaves, open_message
from passerelle.messages.values import PartPath

MESSAGES_MAX = 100  # of one message; ours: who forwards by rule forwards one by one
_TYPES = frozenset({"message/rfc822", "message/global"})  # RFC 6532 names the second


@dataclass(frozen=True, slots=True)
class Attached:
    """One attached message: where it lies, and its bytes."""

    part: PartPath
    data: bytes = field(repr=False)


def attached_messages(raw: bytes) -> tuple[Attached, ...]:
    """The messages that are attached to this one, in their order; theirs are not looked for."""
    found = (
        Attached(leaf.path, leaf.content(raw))
        for leaf in leaves(raw, open_message(raw))
        if leaf.mimetype in _TYPES
    )
    return tuple(islice(found, MESSAGES_MAX))
