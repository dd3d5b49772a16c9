"""The rows of a table, one after the other, whatever the file holds: bounded in memory and time.

A row that cannot be one (a quote that never ends, a cell of megabytes, more cells than headings)
is a `Torn` with the reason, and reading goes on with the next line. Bytes that are no text of the
encoding become U+FFFD: whoever takes a cell with one into a record should refuse it.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO

from passerelle.faults.importing import TableTooWide, TableWithoutHeadings
from passerelle.tables.layout import Layout, hinted
from passerelle.tables.writing import unguard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RESUMES = 100  # how often reading goes back to a row's second line; then the torn text is skipped
TEXT_CHARS = 200  # of a torn row that are kept to find it by


class Damage(Enum):
    """Why a row is none."""

    QUOTES = "quotes"
    TOO_LONG = "too-long"
    TOO_MANY_CELLS = "too-many-cells"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a reasonable table keeps within; a row beyond them is torn."""

    columns: int = 500
    row_characters: int = 400_000
    row_lines: int = 2_000  # of cells with line breaks


@dataclass(frozen=True, slots=True)
class Row:
    """Its number below the headings, from 1, and as many cells as there are headings."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Torn:
    """A row that could not be read: its number, why, and how its text begins."""

    number: int
    damage: Damage
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The headings, and the rows below them, which can be read once."""

    headings: tuple[str, ...]
    rows: Iterator[Row | Torn]


def open_table(stream: BinaryIO, layout: Layout, bounds: Bounds | None = None) -> Table:
    """Read the headings; the rows follow while they are asked for.

    Raises `TableWithoutHeadings` and `TableTooWide`.
    """
    bounds = bounds or Bounds()
    text = io.TextIOWrapper(stream, layout.encoding, errors="replace", newline="")
    lines = _Lines(text, bounds)
    lines.skip_hint()
    records = _records(lines, layout.delimiter)
    first = next(records, None)
    if not isinstance(first, list) or not any(cell.strip() for cell in first):
        raise TableWithoutHeadings
    if len(first) > bounds.columns:
        raise TableTooWide(count=len(first), limit=bounds.columns)
    headings = tuple(cell.strip() for cell in first)
    return Table(headings, _rows(records, len(headings)))


def as_stream(chunks: Iterable[bytes]) -> BinaryIO:
    """Bytes in pieces as a stream that can be read once."""
    return io.BufferedReader(_Chunks(chunks))


def _rows(records: Iterator["_Record"], width: int) -> Iterator[Row | Torn]:
    number = 0
    for record in records:
        if not isinstance(record, list):
            number += 1
            yield Torn(number, *record)
        elif any(record):  # spreadsheets leave empty rows behind the last
            number += 1
            yield _row(number, record, width)


def _row(number: int, cells: list[str], width: int) -> Row | Torn:
    """Short rows are filled up: spreadsheets leave out empty cells at the end."""
    if len(cells) > width and any(cells[width:]):
        return Torn(number, Damage.TOO_MANY_CELLS, ", ".join(cells)[:TEXT_CHARS])
    if len(cells) != width:
        cells = (cells + [""] * width)[:width]
    return Row(number, [unguard(cell) if cell[:1] == "'" else cell for cell in cells])


_Record = list[str] | tuple[Damage, str]


def _records(lines: "_Lines", delimiter: str) -> Iterator[_Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            yield next(reader)
        except StopIteration:
            return
        except (_TooLongError, csv.Error):
            yield lines.give_up()


class _TooLongError(Exception):
    """The row is beyond the bounds; it stays inside this module."""


class _Lines:
    """The lines of a text, of which those of the row being read can be taken back."""

    def __init__(self, text: io.TextIOWrapper, bounds: Bounds) -> None:
        self._text = text
        self._bounds = bounds
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._characters = 0
        self._resumes = RESUMES

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._characters += len(line)
        if self._characters > self._bounds.row_characters:
            raise _TooLongError
        if len(self._taken) > self._bounds.row_lines:
            raise _TooLongError
        return line

    def begin(self) -> None:
        """The next line begins a row."""
        self._taken.clear()
        self._characters = 0

    def skip_hint(self) -> None:
        """Pass over a first line that only names the delimiter."""
        first = self._read()
        if first and hinted(first) is None:
            self._again.append(first)

    def give_up(self) -> tuple[Damage, str]:
        """What was wrong with the row; its second line, if it had one, is read as a row again.

        Only so often: a file can be made so that each line opens a quote that never ends.
        """
        first, *others = self._taken
        if others and self._resumes:
            self._resumes -= 1
            self._again.extendleft(reversed(others))
        long = len(first) > self._bounds.row_characters or (not others and _holds_long_cell(first))
        return Damage.TOO_LONG if long else Damage.QUOTES, first[:TEXT_CHARS].rstrip("\r\n")

    def _read(self) -> str:
        """The next line; one beyond the bounds is cut, and the rest of it passed over."""
        limit = self._bounds.row_characters + 1
        line = piece = self._text.readline(limit)
        while len(piece) == limit and piece[-1] not in "\r\n":
            piece = self._text.readline(limit)
        return line


def _holds_long_cell(line: str) -> bool:
    return len(line) > csv.field_size_limit()


class _Chunks(io.RawIOBase):
    """An iterable of bytes, readable."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        with memoryview(buffer).cast("B") as target:
            size = min(len(target), len(self._rest))
            target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
