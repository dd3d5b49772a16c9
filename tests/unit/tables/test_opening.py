"""A table in one stream: recognised and read from its start, and the stream left open."""

from io import BytesIO

import pytest

from passerelle.faults.importing import TableTooWide
from passerelle.tables import Damage, Row, Torn, open_filled_in


def test_the_layout_is_found_and_the_rows_are_read_from_the_start() -> None:
    stream = BytesIO("nom;prénom\nAda;Élise\n".encode("cp1252"))
    table = open_filled_in(stream)
    assert table.headings == ("nom", "prénom")
    assert list(table.rows) == [Row(1, ["Ada", "Élise"])]


def test_the_stream_stays_its_owners() -> None:
    stream = BytesIO(b"a,b\n1,2\n")
    list(open_filled_in(stream).rows)
    assert not stream.closed


def test_a_row_that_nobody_wrote_by_hand_is_torn_and_the_next_is_read() -> None:
    stream = BytesIO(b"a,b\n" + b"x" * 20_000 + b",2\n3,4\n")
    torn, row = open_filled_in(stream).rows
    assert isinstance(torn, Torn)
    assert torn.damage is Damage.TOO_LONG
    assert row == Row(2, ["3", "4"])


def test_more_columns_than_somebody_fills_in_are_refused() -> None:
    with pytest.raises(TableTooWide):
        open_filled_in(BytesIO(",".join(map(str, range(51))).encode()))
