"""The file of an import in the database, in packed pieces, and refused rows beside it.

Any process can go on with it, a restart loses nothing, and it goes with the import. Refused rows
are kept as they stood, to be given back as a table with the reasons.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import zstandard

from passerelle.importing.models import Import, ImportPiece, RefusedRows
from passerelle.importing.refusals import Refusal
from passerelle.tables import as_stream

PIECE_BYTES = 1_048_576
LEVEL = 3
UNPACKED_BYTES = 64_000_000  # of the refused rows of one batch


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row as it stood, and why it was refused."""

    number: int
    refusal: Refusal
    cells: Sequence[str]


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in pieces."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def save_file(of: Import, file: BinaryIO) -> None:
    """Store the file, in the caller's transaction."""
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    for number, piece in enumerate(pieces_of(file)):
        ImportPiece.objects.create(of=of, number=number, content=compressor.compress(piece))


def stored_file(of: Import) -> BinaryIO:
    """The file as a stream, read piece by piece."""
    return as_stream(_pieces(of))


def _pieces(of: Import) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor()
    number = 0
    while True:  # one query a piece, so that no cursor stays open over the commits between
        piece = ImportPiece.objects.filter(of=of, number=number).first()
        if piece is None:
            return
        yield decompressor.decompress(bytes(piece.content), max_output_size=PIECE_BYTES)
        number += 1


def save_refused(of: Import, rows: Sequence[RefusedRow]) -> None:
    """Store the refused rows of one batch, in the caller's transaction."""
    if not rows:
        return
    document = [
        [row.number, row.refusal.reason, row.refusal.heading, dict(row.refusal.facts), *row.cells]
        for row in rows
    ]
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(text.encode("utf-8", "replace"))
    RefusedRows.objects.create(of=of, number=rows[0].number, content=packed)


def refused_of(of: Import) -> Iterator[RefusedRow]:
    """All refused rows in the order of the file."""
    number = -1
    while (stored := _batch_after(of, number)) is not None:
        number = stored.number
        text = zstandard.ZstdDecompressor().decompress(
            bytes(stored.content), max_output_size=UNPACKED_BYTES
        )
        for row in json.loads(text):
            yield _row(*row)


def _batch_after(of: Import, number: int) -> RefusedRows | None:
    return RefusedRows.objects.filter(of=of, number__gt=number).order_by("number").first()


def _row(number: int, reason: str, heading: str, facts: dict[str, Any], *cells: str) -> RefusedRow:
    return RefusedRow(number, Refusal(reason, heading, facts), cells)
