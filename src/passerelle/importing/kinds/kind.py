"""What each kind of record is to an import, and what a planned batch is."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from passerelle.importing.columns import KEY, Column, Parsed
from passerelle.importing.refusals import SEVERAL, Refusal, RefusedError, refusal_of
from passerelle.messages import key_of


class Outcome(Enum):
    """What becomes of a row that is not refused."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of each row of a batch, by its number, and what writes it."""

    outcomes: dict[int, Outcome | Refusal]
    write: Callable[[], None]


class Kind(Protocol):
    """One kind of record."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Groups of fields; of each at least one must have a column."""
        ...

    def key_of(self, values: dict[str, Any]) -> Hashable | None:
        """What tells one record from another: the identifier, else the address; or None."""
        ...

    def plan(self, rows: Sequence[Parsed]) -> Planned:
        """Look up what the batch needs with a fixed number of queries; writes nothing."""
        ...


def guid_or(field: str, values: dict[str, Any]) -> Hashable | None:
    """The identifier of a row, else the text of that field without case."""
    return values.get(KEY) or key_of(values.get(field) or "") or None


def only_one(keys: set[UUID], address: str) -> UUID | None:
    """The record that has the address. Raises `RefusedError` when several have it."""
    if len(keys) > 1:
        raise RefusedError(SEVERAL, address)
    return next(iter(keys)) if keys else None


def each(
    rows: Sequence[Parsed], decide: Callable[[Parsed], Outcome]
) -> dict[int, Outcome | Refusal]:
    """The outcome of each row; a `RefusedError` is the row's alone."""
    outcomes: dict[int, Outcome | Refusal] = {}
    for row in rows:
        try:
            outcomes[row.number] = decide(row)
        except RefusedError as error:
            outcomes[row.number] = refusal_of(error)
    return outcomes
