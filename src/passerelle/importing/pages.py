"""What pages and the command show of imports, as values in the reader's language. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext

from passerelle.alerts.services import render_fault
from passerelle.importing.columns import Parsed
from passerelle.importing.kinds.registry import KINDS
from passerelle.importing.models import AT_WORK, Import, ImportKind, ImportState
from passerelle.importing.passing import layout_of, reader_of
from passerelle.importing.refusals import text_of
from passerelle.importing.storing import refused_of, stored_file
from passerelle.tables import MARK, Row, line_of, open_table

PREVIEW_ROWS = 5
LISTED = 50
SHOWN_REFUSALS = 50


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One heading with some of its cells, and the field that takes them."""

    heading: str
    field: str
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows, and what is wrong with them as the columns stand now."""

    columns: tuple[ColumnChoice, ...]
    complaints: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass is."""

    state: ImportState
    position: int
    total: int
    percent: int
    failure: str  # of the last try, "" when nothing is wrong


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused row: its number, how it begins, the sentence."""

    number: int
    begins: str
    reason: str


def imports() -> list[Import]:
    """The newest, whatever became of them."""
    return list(Import.objects.all()[:LISTED])


def import_of(guid: UUID) -> Import | None:
    return Import.objects.filter(pk=guid).first()


def fields_of(kind: str) -> list[tuple[str, str]]:
    """The fields that columns may go to, with their labels."""
    return [(column.field, gettext(column.label)) for column in KINDS[kind].columns]


def has_dates(kind: str) -> bool:
    """Whether the order of day and month matters."""
    return any(column.is_date for column in KINDS[kind].columns)


def preview(of: Import) -> Preview:
    """The first rows of the stored table."""
    table = open_table(stored_file(of), layout_of(of))
    rows = [row for row in islice(table.rows, PREVIEW_ROWS) if isinstance(row, Row)]
    reader = reader_of(of)
    read = [(row.number, reader.read(row.number, row.cells)) for row in rows]
    return Preview(
        tuple(
            ColumnChoice(heading, of.columns[place], tuple(row.cells[place] for row in rows))
            for place, heading in enumerate(of.headings)
        ),
        tuple((number, text_of(one)) for number, one in read if not isinstance(one, Parsed)),
    )


def progress(of: Import) -> Progress:
    """As stored now."""
    now = Import.objects.get(pk=of.pk)
    working = now.state in AT_WORK
    share = now.position * 100 // now.total if now.total else 0
    return Progress(
        state=ImportState(now.state),
        position=now.position,
        total=max(now.total, now.position),
        percent=min(share, 99) if working else 100,
        failure=render_fault(now.last_code, now.last_facts).cause
        if now.last_code and working
        else "",
    )


def refused(of: Import) -> list[Refused]:
    """The first refused rows with their reasons."""
    return [
        Refused(row.number, ", ".join(filter(None, row.cells))[:120], text_of(row.refusal))
        for row in islice(refused_of(of), SHOWN_REFUSALS)
    ]


def refused_table(of: Import) -> Iterator[str]:
    """The refused rows as a table with the reason behind, line by line, to correct and bring again.

    In UTF-8 with a mark, so that spreadsheets see the accents; with the delimiter of the file.
    """
    yield MARK + line_of([*of.headings, gettext("Reason")], of.delimiter)
    width = len(of.headings)
    for row in refused_of(of):
        cells: Sequence[str] = (*row.cells, *[""] * width)[:width]
        yield line_of([*cells, text_of(row.refusal)], of.delimiter)


def kinds() -> list[tuple[str, str]]:
    """The kinds in the order in which they should be brought."""
    return [(kind.value, str(kind.label)) for kind in ImportKind]
