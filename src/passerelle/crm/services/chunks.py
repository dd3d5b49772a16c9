"""Many values, some thousands a query: a database takes so many in one statement and no more."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

CHUNK = 5_000  # values of one IN list; SQLite takes 32,766, and no honest batch reaches this

Wanted = TypeVar("Wanted", str, bytes, int, UUID)
Value = TypeVar("Value")


def chunks(values: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """The values in a stable order, some thousands a query."""
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def portions(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """The values in their own order, so many at once; read as they are asked for."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion
