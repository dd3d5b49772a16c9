"""Messages in bounded batches, the next one read while the caller writes the present one.

The helper thread talks to the server and to the process that reads, and never to the database. Two
batches are in memory at most: the one being written and the one being read.
"""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from passerelle.protocols.interfaces import Listed, MailSource, RawMessage
from passerelle.sync.understanding.content import Understood

BATCH_MESSAGES = 300  # what a batch costs by itself, some thirty queries, falls on so many
BATCH_BYTES = 6_000_000  # what one transaction writes while others wait for the database
ASKED_AT_ONCE = 3_000  # some servers tell no sizes in a list: so many are asked for before reading


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages, and the item up to which all is read once they are recorded."""

    messages: tuple[RawMessage, ...]
    through: Listed
    # What the messages say, where they were read beside; None for one that could not be.
    contents: tuple[Understood | None, ...] = ()
    frames: tuple[bytes, ...] = ()  # the messages as they are stored, where that was done beside


def batches(source: MailSource, items: Sequence[Listed]) -> Iterator[Batch]:
    """Read the items in order, one batch after another."""
    held: list[RawMessage] = []
    size = 0
    for raw in _stream(source, items):
        held.append(raw)
        size += len(raw.data)
        # The sizes of a listing may be lies, so what counts is what came.
        if len(held) >= BATCH_MESSAGES or size >= BATCH_BYTES:
            yield Batch(tuple(held), raw.listed)
            held, size = [], 0
    if items:
        yield Batch(tuple(held), items[-1])  # maybe empty: what is gone is passed by


def _stream(source: MailSource, items: Sequence[Listed]) -> Iterator[RawMessage]:
    """The messages; a batch ends where it is full, not where a server was asked anew."""
    for start in range(0, len(items), ASKED_AT_ONCE):
        yield from source.read(items[start : start + ASKED_AT_ONCE])


def ahead(found: Iterator[Batch]) -> Generator[Batch, None, None]:
    """The same batches, each read in a helper thread before it is asked for.

    What goes wrong while reading is raised where the batch is asked for.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as helper:
        coming = helper.submit(next, found, None)
        while (batch := coming.result()) is not None:
            coming = helper.submit(next, found, None)
            yield batch
