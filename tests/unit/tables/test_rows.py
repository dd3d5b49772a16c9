"""Rows come one by one, torn ones as values; nothing in a file stops the reading."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults.importing import TableTooWide, TableWithoutHeadings
from passerelle.tables import Bounds, Damage, Layout, Row, Torn, as_stream, line_of, open_table
from passerelle.tables.rows import RESUMES

SMALL = Bounds(columns=5, row_characters=1_000, row_lines=10)


def read(text: str, delimiter: str = ",") -> list[Row | Torn]:
    table = open_table(as_stream([text.encode()]), Layout(delimiter=delimiter), SMALL)
    return list(table.rows)


def test_rows_have_their_number_and_all_cells() -> None:
    assert read('a,b\n1,"x\r\ny"\n\n,\n3\n4,5,\n') == [
        Row(1, ["1", "x\r\ny"]),
        Row(2, ["3", ""]),  # a spreadsheet left the empty cell out
        Row(3, ["4", "5"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str) -> None:
    assert read(end.join(["a;b", "1;2", "3;4"]), ";") == [Row(1, ["1", "2"]), Row(2, ["3", "4"])]


@pytest.mark.parametrize(
    ("bad", "damage"),
    [
        pytest.param('"1,2', Damage.QUOTES, id="a-quote-that-never-ends"),
        pytest.param('"1"x,2', Damage.QUOTES, id="a-quote-in-the-middle"),
        pytest.param("1,2,3", Damage.TOO_MANY_CELLS, id="too-many-cells"),
        pytest.param("1," + "x" * 5_000, Damage.TOO_LONG, id="a-cell-beyond-all-bounds"),
        pytest.param('1,"' + "x" * 5_000 + '"', Damage.TOO_LONG, id="a-quoted-one"),
    ],
)
def test_a_torn_row_stops_no_other(bad: str, damage: Damage) -> None:
    found = read(f"a,b\n1,2\n{bad}\n3,4\n5,6\n")
    assert [row for row in found if isinstance(row, Row)] == [
        Row(1, ["1", "2"]),
        Row(3, ["3", "4"]),
        Row(4, ["5", "6"]),
    ]
    (torn,) = [row for row in found if isinstance(row, Torn)]
    assert (torn.number, torn.damage) == (2, damage)
    assert bad.startswith(torn.text.split(", ")[0])


def test_nul_is_a_character_like_any_other() -> None:
    assert read("a,b\n1\0,2\n") == [Row(1, ["1\0", "2"])]


def test_a_quote_left_open_swallows_no_more_than_its_bounds() -> None:
    found = read('a,b\n"1,2\n' + "3,4\n" * 500)
    assert len(found) == 501
    assert sum(isinstance(row, Torn) for row in found) == 1


def test_lines_that_each_open_a_quote_cost_no_more_than_they_hold() -> None:
    """Each line leaves a quote open, on its own and inside the quote of another."""
    given_lines = [*(['a","b'] * 3_000)]
    lines = Counted("x,y\n" + '0,"b\n' + "\n".join(given_lines) + "\n")
    found = list(open_table(as_stream(lines), Layout(), SMALL).rows)
    assert all(isinstance(row, Torn) for row in found)
    assert len(found) <= RESUMES + 3_000 // SMALL.row_lines + 2
    assert lines.given == lines.size


class Counted:
    """A text in pieces that counts what was taken of it."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self.size, self.given = len(self._data), 0

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self.size, 64):
            self.given += len(self._data[start : start + 64])
            yield self._data[start : start + 64]


@pytest.mark.parametrize("text", ["", "\n", ";;\n1;2;3\n", '"a'])
def test_a_file_without_headings_is_refused(text: str) -> None:
    with pytest.raises(TableWithoutHeadings):
        read(text, ";")


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(TableTooWide):
        read(",".join("abcdef"))


def test_the_hint_of_excel_is_passed_over() -> None:
    assert read("sep=;\na;b\n1;2\n", ";") == [Row(1, ["1", "2"])]


def test_damaged_bytes_are_seen_in_the_cell() -> None:
    table = open_table(as_stream([b"a,b\nx\xe9,2\n"]), Layout())
    assert list(table.rows) == [Row(1, ["x\ufffd", "2"])]


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), max_size=8))
def test_what_we_write_is_read_again(rows: list[list[str]]) -> None:
    text = "a,b,c,d\r\n" + "".join(line_of(row) for row in rows)
    table = open_table(as_stream([text.encode("utf-8", "surrogatepass")]), Layout())
    filled = [(row + [""] * 4)[:4] for row in rows if any(row)]
    assert [row.cells for row in table.rows if isinstance(row, Row)] == filled


@given(st.text("a,\"'\n\r\0é;=", max_size=200), st.integers(1, 9))
def test_no_text_stops_the_reading(text: str, size: int) -> None:
    data = ("h,i\n" + text).encode()
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    found = list(open_table(as_stream(chunks), Layout(), SMALL).rows)
    assert [row.number for row in found] == list(range(1, len(found) + 1))


@given(st.lists(st.lists(st.text('ab,"\n é', max_size=6), min_size=3, max_size=3), max_size=5))
def test_sound_rows_are_those_of_pythons_reader(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["h", "i", "j"], *rows])
    table = open_table(as_stream([out.getvalue().encode()]), Layout())
    assert [row.cells for row in table.rows if isinstance(row, Row)] == [r for r in rows if any(r)]
