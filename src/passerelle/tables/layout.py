"""How the text of a table is laid out: its encoding and its delimiter, recognised from its bytes.

The whole file is looked at, since one accent in the last row tells UTF-8 from Windows-1252; the
text itself is never judged here. Quoting is that of RFC 4180, whose comma is one of the delimiters.
"""

import codecs
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
DELIMITERS = (",", ";", "\t")
HEAD_BYTES = 262_144  # in which the delimiter and the pattern of UTF-16 are looked for
HEAD_ROWS = 50
_HINT = "sep="  # the first line that Excel understands: `sep=;`
_NUL_SHARE = 0.3  # of the bytes at even or at odd places: Latin text in UTF-16 has nearly all


@dataclass(frozen=True, slots=True)
class Layout:
    """The encoding by the name of Python's codec, and the delimiter."""

    encoding: str = "utf-8-sig"  # with or without a byte order mark
    delimiter: str = ","


def recognise(chunks: Iterable[bytes]) -> Layout:
    """The layout of a table whose bytes come in pieces of any size, read once and not kept."""
    source = iter(chunks)
    head = b""
    while len(head) < HEAD_BYTES and (chunk := next(source, b"")):
        head += chunk
    encoding = _by_mark_or_pattern(head) or _eight_bit(chain((head,), source))
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head[:HEAD_BYTES])
    return Layout(encoding, _delimiter(text))


def hinted(first_line: str) -> str | None:
    """The delimiter that the first line of the file declares, or None when it is no such line."""
    line = first_line.strip("\r\n").removeprefix('"').removesuffix('"')
    if line[: len(_HINT)].lower() == _HINT and len(line) == len(_HINT) + 1:
        return line[-1]
    return None


def _by_mark_or_pattern(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(head) // 2
    if half and head[1::2].count(0) > half * _NUL_SHARE and head[::2].count(0) == 0:
        return "utf-16-le"
    if half and head[::2].count(0) > half * _NUL_SHARE and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _eight_bit(chunks: Iterable[bytes]) -> str:
    """UTF-8, unless more of the bytes above ASCII are no UTF-8 than are.

    A file in UTF-8 of which a row is damaged stays UTF-8; a file in Windows-1252 is UTF-8 only by
    the rarest chance.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    size = sound_bytes = above = 0
    for chunk in chunks:
        size += len(chunk)
        text = decoder.decode(chunk)
        sound_bytes += len(text.encode("utf-8", "ignore"))
        above += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    damaged = size - sound_bytes
    return "cp1252" if damaged > above - damaged else "utf-8-sig"


def _delimiter(text: str) -> str:
    """The one that cuts the most rows into as many cells as the headings, and into the most."""
    first, _, _ = text.partition("\n")
    if (declared := hinted(first)) is not None:
        return declared
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How many rows agree with the first, then how many cells it has; none for a single column."""
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        widths = [len(row) for row in islice(rows, HEAD_ROWS) if row]
    except csv.Error:  # a cell without an end
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]
