"""What an answer refers to beyond In-Reply-To, kept while it waits: the newest few, as hashes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from passerelle.crm.models import AwaitedReference
from passerelle.crm.services.inserting import load_values
from passerelle.tracking import hash_number

REFERENCES_MOST = 10  # of one answer that waits


class Awaited(NamedTuple):
    """One of them: the columns of `AwaitedReference` that are ours to give."""

    answer: UUID
    message_hash: int
    distance: int


def awaited_by(answer: UUID, references: Iterable[str]) -> Iterator[Awaited]:
    """The References of an answer that found nothing, the newest first, as they are kept."""
    for distance, message_id in enumerate(islice(references, REFERENCES_MOST)):
        yield Awaited(answer, message_hash(message_id), distance)


def keep_awaited(rows: Sequence[Awaited]) -> None:
    """Keep them, in the transaction that stores the answers."""
    if rows:
        load_values(AwaitedReference, Awaited._fields, rows)


def message_hash(message_id: str) -> int:
    """A Message-ID as a number that both databases hold."""
    return hash_number(message_id.encode())
