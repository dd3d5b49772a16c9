"""Cells to values: identifiers, yes and no, numbers, choices, in French or English.

A cell is refused with `UnreadableError` and a reason, never guessed. Dates are in `moments`.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeVar
from uuid import UUID

from passerelle.tables.headings import fold

Value = TypeVar("Value")


class Reason(Enum):
    """Why a cell is none of the kind that its column holds."""

    DAMAGED = "damaged"
    GUID = "guid"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBER = "number"
    CHOICE = "choice"


class UnreadableError(ValueError):
    """A cell that cannot be read, and why."""

    def __init__(self, reason: Reason, value: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.value = value[:100]


SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_BOOLEANS = {
    **dict.fromkeys(("yes", "true", "1", "oui", "vrai"), True),
    **dict.fromkeys(("no", "false", "0", "non", "faux"), False),
}
_LARGEST = 2**31 - 1  # as both databases hold an integer
_DIGITS = 10


def read_guid(cell: str) -> UUID:
    """An identifier, with or without braces. Raises `UnreadableError`."""
    text = cell.strip()
    try:
        return UUID(text if len(text) in {32, 36, 38} else "")
    except ValueError:
        raise UnreadableError(Reason.GUID, cell) from None


def read_boolean(cell: str) -> bool:
    """Yes or no in either language, or 1 and 0. Raises `UnreadableError`."""
    known = _BOOLEANS.get(fold(cell))
    if known is None:
        raise UnreadableError(Reason.BOOLEAN, cell)
    return known


def read_number(cell: str) -> int:
    """A whole number from 0 on, thousands apart or not. Raises `UnreadableError`."""
    text = SPACES.sub("", cell)
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= _LARGEST):
        raise UnreadableError(Reason.NUMBER, cell)
    return int(text)


def read_choice(cell: str, choices: Mapping[str, Value]) -> Value:
    """The value of a choice by one of its names, folded. Raises `UnreadableError`."""
    folded = fold(cell)
    if folded not in choices:
        raise UnreadableError(Reason.CHOICE, cell)
    return choices[folded]
