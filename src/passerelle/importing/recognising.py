"""Which column of a table is which field, and how its dates are written."""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext

from passerelle.importing.kinds.kind import Kind
from passerelle.importing.kinds.registry import KINDS
from passerelle.importing.models import ImportKind
from passerelle.tables import DateOrder, Layout, Row, Table, date_order, match_headings

SAMPLE_ROWS = 2_000  # among which a date with a day above twelve tells the order


def columns_of(kind: ImportKind, headings: Sequence[str]) -> list[str]:
    """The field of each heading, or ""."""
    names = {column.field: column.names for column in KINDS[kind].columns}
    return [match.field or "" for match in match_headings(headings, names)]


def order_of(table: Table, columns: Sequence[str], kind: ImportKind, layout: Layout) -> DateOrder:
    """As the dates show it; while each could be either, as the language of the file has it."""
    dates = {column.field for column in KINDS[kind].columns if column.is_date}
    places = [place for place, name in enumerate(columns) if name in dates]
    return date_order(_cells(table, places)) or (
        DateOrder.MONTH_FIRST if _is_american(table, layout) else DateOrder.DAY_FIRST
    )


def label_of(kind: Kind, field: str) -> str:
    """What the field is called, in the language that is active."""
    return next(gettext(column.label) for column in kind.columns if column.field == field)


def _cells(table: Table, places: Sequence[int]) -> Iterator[str]:
    for row in islice(table.rows, SAMPLE_ROWS) if places else ():
        if isinstance(row, Row):
            yield from (row.cells[place] for place in places)


def _is_american(table: Table, layout: Layout) -> bool:
    """English headings between commas: nobody else writes the month first."""
    return layout.delimiter == "," and all(heading.isascii() for heading in table.headings)
