"""No spreadsheet runs what we write, and reading it back gives what it was."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import passerelle
from passerelle.tables import guard, line_of, unguard


@pytest.mark.parametrize(
    "cell", ["=1+1", "+33 1 23", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''+1"]
)
def test_formulas_are_guarded(cell: str) -> None:
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["", "a", "'a", "l’été", "1", "a=b"])
def test_others_stay(cell: str) -> None:
    assert guard(cell) == unguard(cell) == cell


@given(st.text("'=+a\n", max_size=6))
def test_there_and_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


def test_a_line() -> None:
    assert line_of(["a;b", 'x"y', "=1"], ";") == '"a;b";"x""y";\'=1\r\n'


def test_every_table_that_leaves_is_written_here() -> None:
    """Nobody writes a CSV past the guard."""
    source = Path(passerelle.__file__).parent
    writers = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if re.search(r"csv\.(?:writer|DictWriter)\b", file.read_text(encoding="utf-8"))
    }
    assert writers == {"tables/writing.py"}
