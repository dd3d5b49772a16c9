"""The columns that a kind of record takes, and how a cell becomes a value.

A value is checked here as a form would check it, so that thousands of rows need no form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.core.exceptions import ValidationError

from passerelle.crm.models.mail_addresses import validate_address
from passerelle.importing.refusals import (
    NO_ADDRESS,
    TOO_LONG,
    Refusal,
    RefusedError,
    refusal_of,
)
from passerelle.messages import clean_line
from passerelle.tables import (
    DateOrder,
    Reason,
    UnreadableError,
    fold,
    read_boolean,
    read_choice,
    read_guid,
    read_moment,
)

KEY = "guid"  # the field of the identifier in every kind
ADDRESS_CHARS = 100  # of the columns of Dataverse
REFERENCE_CHARS = 400
MANY_CHARS = 20_000  # of a list of members or recipients


@dataclass(frozen=True, slots=True)
class Reading:
    """How dates of the table are read."""

    order: DateOrder
    zone: tzinfo


Read = Callable[[str, Reading], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A field that cells may go to; `names` are headings in both languages and Dataverse's name."""

    field: str
    label: str
    names: tuple[str, ...]
    read: Read
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A row with the values of its columns; an empty cell is an empty value, not a missing one."""

    number: int
    cells: Sequence[str]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one table."""

    taken: tuple[tuple[int, str, Column], ...]  # place, heading, column
    reading: Reading

    def read(self, number: int, cells: Sequence[str]) -> Parsed | Refusal:
        """The values of one row, or what is wrong with its first bad cell."""
        values: dict[str, Any] = {}
        for place, heading, column in self.taken:
            try:
                values[column.field] = column.read(cells[place], self.reading)
            except (UnreadableError, RefusedError) as error:
                return refusal_of(error, heading)
        return Parsed(number, cells, values)


def text(limit: int) -> Read:
    """One line of at most so many characters."""

    def read(cell: str, _: Reading) -> str:
        if "\ufffd" in cell:
            raise UnreadableError(Reason.DAMAGED, cell)
        line = cell.strip() if cell.isprintable() else clean_line(cell, len(cell))
        if len(line) > limit:
            raise RefusedError(TOO_LONG, line, limit=limit)
        return line

    return read


def address(cell: str, reading: Reading) -> str:
    """An email address, or none."""
    line: str = _address_line(cell, reading)
    if line:
        try:
            validate_address(line)
        except ValidationError:
            raise RefusedError(NO_ADDRESS, line) from None
    return line


def guid(cell: str, _: Reading) -> Any:
    """An identifier, or None."""
    return read_guid(cell) if cell.strip() else None


def boolean(cell: str, _: Reading) -> bool | None:
    """Yes or no, or None for an empty cell."""
    return read_boolean(cell) if cell.strip() else None


def moment(cell: str, reading: Reading) -> Any:
    """A date with its time, or None."""
    return read_moment(cell, reading.order, reading.zone) if cell.strip() else None


def choice(names: Mapping[Any, Sequence[str]]) -> Read:
    """One of the values by a name in either language, or by its number; None for an empty cell."""
    known = {
        fold(name): value
        for value, all_names in names.items()
        for name in (*all_names, str(int(value)))
    }

    def read(cell: str, _: Reading) -> Any:
        return read_choice(cell, known) if cell.strip() else None

    return read


def reference(cell: str, reading: Reading) -> str:
    """The name, address or identifier of another record; it is looked up with the whole batch."""
    return str(_reference_line(cell, reading))


def several(cell: str, reading: Reading) -> tuple[str, ...]:
    """Several of them, with semicolons between."""
    parts = (part.strip() for part in str(_many_line(cell, reading)).split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def addresses(cell: str, reading: Reading) -> tuple[str, ...]:
    """Several addresses, as an export of Exchange has them, too: smtp:anna@example.com.

    What is there the address of another system (SIP:, X500: …) is left out.
    """
    found = dict.fromkeys(_without_type(part) for part in several(cell, reading))
    return tuple(address(one, reading) for one in found if one)


def _without_type(part: str) -> str:
    kind, colon, rest = part.partition(":")
    if not colon:
        return part
    return rest.strip() if kind.lower() == "smtp" else ""


_address_line = text(ADDRESS_CHARS)
_reference_line = text(REFERENCE_CHARS)
_many_line = text(MANY_CHARS)
