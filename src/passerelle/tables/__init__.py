"""Tables in text files (CSV) as people export and save them: any usual encoding and delimiter.

In order: `recognise` the layout over the whole file, `open_table`, match its headings with
`match_headings`, read its rows, turn cells into values, and write back with `line_of` what was
refused. Nothing is loaded whole, and a torn row is a value that says so, never an exception.
"""

from passerelle.tables.headings import Match, fold, match_headings, signature
from passerelle.tables.layout import DELIMITERS, ENCODINGS, Layout, recognise
from passerelle.tables.moments import DateOrder, date_order, read_moment
from passerelle.tables.opening import open_filled_in
from passerelle.tables.rows import Bounds, Damage, Row, Table, Torn, as_stream, open_table
from passerelle.tables.texts import DAMAGES, REASONS
from passerelle.tables.values import (
    Reason,
    UnreadableError,
    read_boolean,
    read_choice,
    read_guid,
    read_number,
)
from passerelle.tables.writing import MARK, guard, line_of, unguard

__all__ = [
    "DAMAGES",
    "DELIMITERS",
    "ENCODINGS",
    "MARK",
    "REASONS",
    "Bounds",
    "Damage",
    "DateOrder",
    "Layout",
    "Match",
    "Reason",
    "Row",
    "Table",
    "Torn",
    "UnreadableError",
    "as_stream",
    "date_order",
    "fold",
    "guard",
    "line_of",
    "match_headings",
    "open_filled_in",
    "open_table",
    "read_boolean",
    "read_choice",
    "read_guid",
    "read_moment",
    "read_number",
    "recognise",
    "signature",
    "unguard",
]
