"""A statement as a value, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """A text, always the same for the same work, and its values as the driver takes them.

    Values stand in it as `%s`; it has no other per cent sign.
    """

    text: str
    values: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a statement."""

    rows: Sequence[Sequence[Any]]  # of a question
    changed: int  # rows, where it is no question
