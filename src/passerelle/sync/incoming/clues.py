"""By what a message that became no record is found later: its addresses and its Message-ID.

Nothing else of it is kept: no subject, no text, no name.
"""

from collections.abc import Iterator
from itertools import islice

from passerelle.faults.mail.cycles import MessageRefusedByStore
from passerelle.messages import Message
from passerelle.sync.models import Clue, Place
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.understanding.content import Understood, read
from passerelle.sync.understanding.received import Received
from passerelle.sync.understanding.salvage import salvage

MOST_ADDRESSES = 50  # of one message; ours
TEXT_CHARS = 320


def clues_of(place: Place, received: Received) -> Iterator[Clue]:
    """None of a tracked message, whose record is looked through instead."""
    if place.outcome == Outcome.TRACKED:
        return
    message = _message(received)
    if message is None:
        return
    texts = dict.fromkeys(islice(_addresses(message), MOST_ADDRESSES))
    if message.message_id:
        texts[message.message_id] = None
    for text in texts:
        yield Clue(text=text[:TEXT_CHARS], place_id=place.place_id)


def _message(received: Received) -> Message | None:
    """What is known of it; of one that our reader cannot read, what its headers tell."""
    content = received.content
    if isinstance(content, MessageRefusedByStore):
        return None  # which of its values was refused is not known
    if not isinstance(content, Understood):
        content = read(received.raw.data, salvage)
    return content.message if isinstance(content, Understood) else None


def _addresses(message: Message) -> Iterator[str]:
    if message.sender:
        yield message.sender.key
    for address in (*message.to, *message.cc):
        yield address.key
