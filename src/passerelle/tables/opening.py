"""Opens a table that stands in one stream: its layout by all of it, then its rows."""

from collections.abc import Iterator
from typing import BinaryIO

from passerelle.tables.layout import recognise
from passerelle.tables.rows import Bounds, Table, as_stream, open_table

CHUNK_BYTES = 65_536
FILLED_IN = Bounds(columns=50, row_characters=10_000, row_lines=10)  # what a person writes by hand


def open_filled_in(stream: BinaryIO) -> Table:
    """A table that a person filled in. The stream must be seekable and stays its owner's.

    Raises the faults of tables.
    """
    layout = recognise(_pieces(stream))
    stream.seek(0)
    # A reader over the stream itself would close it when it is dropped.
    return open_table(as_stream(_pieces(stream)), layout, FILLED_IN)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK_BYTES), b"")
