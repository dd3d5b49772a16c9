"""Which column is which: headings compared without case, accents, spaces and marks.

Dynamics writes display names of the user's language, or logical names, and puts “(Do Not Modify)”
before the columns that only it may write. The same folding holds for the names of choices.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# What Dynamics puts before the key, the row's checksum and the time of the last change.
_MARK = re.compile(r"^\s*\((?:do not modify|ne pas modifier)\)\s*", re.IGNORECASE)
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """What one column was taken for: the field, or None; several columns never have one field."""

    column: int
    heading: str
    field: str | None


@lru_cache(maxsize=4096)  # headings and choices; a column of free text would only be passed through
def fold(text: str) -> str:
    """The letters and digits of a heading: `(Ne pas modifier) Adresse e-mail` is `adresseemail`."""
    plain = unicodedata.normalize("NFKD", _MARK.sub("", text[:400])).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NO_WORD.sub("", plain.replace("œ", "oe").replace("æ", "ae"))


def match_headings(
    headings: Sequence[str], names: Mapping[str, Iterable[str]]
) -> tuple[Match, ...]:
    """Each column with the field that has its heading among its names; the first column wins."""
    fields = {fold(name): field for field, known in names.items() for name in known}
    taken: set[str] = set()
    matches = []
    for column, heading in enumerate(headings):
        field = fields.get(fold(heading))
        if field in taken:
            field = None
        if field is not None:
            taken.add(field)
        matches.append(Match(column, heading, field))
    return tuple(matches)


def signature(headings: Iterable[str]) -> str:
    """The same for the same headings in the same order, whatever their case and accents."""
    return hashlib.sha256("\x1f".join(map(fold, headings)).encode()).hexdigest()
