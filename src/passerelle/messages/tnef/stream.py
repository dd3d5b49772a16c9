"""The octets of a TNEF stream: attributes, and the properties within some (MS-OXTNEF 2.1).

Both are read from the front; where the octets end early, what came before counts. Nothing is
copied: each value is a view of the octets.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

SIGNATURE = 0x223E9F78  # 2.1.3.1
STEPS = 50_000  # attributes, properties and values of one stream and those within it

_OF_FILE = 2  # lvlAttachment (2.1.3.2)
_NAMED = 0x8000  # property ids from here on have a name before their value
_SEVERAL = 0x1000  # in a type: there are several values
# Octets of a value, with its padding, by type (MS-OXCDATA 2.11.1, MS-OXTNEF 2.1.3.4).
_FOUR, _EIGHT = (0x0002, 0x0003, 0x0004, 0x000A, 0x000B), (0x0005, 0x0006, 0x0007, 0x0014, 0x0040)
_FIXED = {**dict.fromkeys(_FOUR, 4), **dict.fromkeys(_EIGHT, 8), 0x0048: 16}
STRING8, UNICODE, OBJECT, BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_VARIABLE = frozenset({STRING8, UNICODE, OBJECT, BINARY})


class Attribute(NamedTuple):
    """One attribute: whose it is, the lower half of its id, which names it, and its value."""

    of_file: bool  # else of the message
    name: int
    value: memoryview


class Property(NamedTuple):
    """One value of a property, and how it is written."""

    kind: int
    value: memoryview


@dataclass(slots=True)
class Budget:
    """How much of a stream is still read."""

    steps: int = STEPS

    def spend(self) -> None:
        """One step; raises `EndError` when none is left."""
        self.steps -= 1
        if self.steps < 0:
            raise EndError


class EndError(Exception):
    """The octets end, or what may be read of them; never leaves this folder."""


@dataclass(slots=True)
class _Cursor:
    """A place in octets."""

    octets: memoryview
    at: int = 0

    def take(self, count: int) -> memoryview:
        end = self.at + count
        if end > len(self.octets):
            raise EndError
        taken = self.octets[self.at : end]
        self.at = end
        return taken

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def padded(self, count: int) -> memoryview:
        """So many octets, and those that fill up to a multiple of four."""
        taken = self.take(count)
        self.at += -count % 4
        return taken


def attributes(octets: memoryview, budget: Budget) -> Iterator[Attribute]:
    """The attributes of a stream; none when it is no TNEF."""
    cursor = _Cursor(octets)
    try:
        if cursor.number(4) != SIGNATURE:
            return
        cursor.take(2)  # a key that nobody needs
        while True:
            budget.spend()
            of_file = cursor.number(1) == _OF_FILE
            name = cursor.number(4) & 0xFFFF
            value = cursor.take(cursor.number(4))
            yield Attribute(of_file, name, value)
            cursor.take(2)  # a checksum: what is damaged is worth no less
    except EndError:
        return


def properties(octets: memoryview, wanted: Collection[int], budget: Budget) -> dict[int, Property]:
    """The first value of each wanted property of a list of them."""
    found: dict[int, Property] = {}
    cursor = _Cursor(octets)
    try:
        for _ in range(cursor.number(4)):
            budget.spend()
            kind, name = cursor.number(2), cursor.number(2)
            if name >= _NAMED:
                _pass_name(cursor)
            value = _value(cursor, kind, budget)
            if name in wanted and value is not None:
                found.setdefault(name, Property(kind & ~_SEVERAL, value))
    except EndError:
        pass
    return found


def _pass_name(cursor: _Cursor) -> None:
    """The set a named property is of, and its number or its name."""
    cursor.take(16)
    if cursor.number(4) == 0:
        cursor.take(4)
    else:
        cursor.padded(cursor.number(4))


def _value(cursor: _Cursor, kind: int, budget: Budget) -> memoryview | None:
    """The first of the values of a property; None when it has none."""
    several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
    if kind in _FIXED:
        size = _FIXED[kind]
        count = cursor.number(4) if several else 1
        return cursor.take(count * size)[:size] if count else None
    if kind not in _VARIABLE:
        raise EndError  # its length cannot be known
    first: memoryview | None = None
    for _ in range(cursor.number(4)):
        budget.spend()
        value = cursor.padded(cursor.number(4))
        first = value if first is None else first
    return first
