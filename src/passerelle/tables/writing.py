"""Writing a row back so that no spreadsheet runs what somebody else put into a cell.

OWASP, *CSV Injection*: a cell that begins with one of these characters is a formula to a
spreadsheet, and an apostrophe before it makes it a text. Reading takes the apostrophe away again,
so that a telephone number comes through unchanged.
"""

import csv
import io
import re
from collections.abc import Iterable

MARK = "\ufeff"  # first in a file: without it spreadsheets take the text for Windows-1252
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guard(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def line_of(cells: Iterable[str], delimiter: str = ",") -> str:
    """One row of a table with its line end, each cell guarded."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow([guard(cell) for cell in cells])
    return out.getvalue()
