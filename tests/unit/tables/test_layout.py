"""Encodings and delimiters are recognised from the bytes, whatever the pieces."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.tables import Layout, recognise

TEXT = "Nom;Prénom\r\nLefèvre;Zoé\r\nŒuvré;L’été\r\n"


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8-sig", id="utf-8"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8-sig", id="utf-8-with-a-mark"),
        pytest.param(TEXT.encode("utf-16"), "utf-16", id="utf-16-as-excel-saves-unicode-text"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16", id="utf-16-be"),
        pytest.param(TEXT.encode("utf-16-le"), "utf-16-le", id="utf-16-without-a-mark"),
        pytest.param(TEXT.encode("utf-16-be"), "utf-16-be", id="utf-16-be-without-a-mark"),
        pytest.param(TEXT.encode("cp1252"), "cp1252", id="windows-1252"),
        pytest.param(b"a;b\r\n1;2\r\n", "utf-8-sig", id="ascii-is-utf-8"),
        pytest.param(b"", "utf-8-sig", id="empty"),
        pytest.param(b"a;b\n" + b"1;2\n" * 90_000 + b"\xe9;2\n", "cp1252", id="one-late-accent"),
        pytest.param(TEXT.encode() + b"\xe9;x\n", "utf-8-sig", id="one-damaged-row-of-utf-8"),
        pytest.param("a;\ufffd\n".encode(), "utf-8-sig", id="a-replaced-character-is-utf-8"),
    ],
)
def test_encoding(data: bytes, encoding: str, size: int) -> None:
    if size > 1 or len(data) < 1_000:
        assert recognise(pieces(data, size)).encoding == encoding


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        pytest.param("a,b,c\n1,2,3\n", ",", id="comma"),
        pytest.param("a;b;c\n1,5;2;3\n", ";", id="semicolon-beside-decimal-commas"),
        pytest.param("a\tb\n1\t2\n", "\t", id="tab"),
        pytest.param('"a;b","c"\n"1;2","3"\n', ",", id="quoted-semicolons-count-for-nothing"),
        pytest.param("sep=;\na,b;c\n", ";", id="excels-own-hint"),
        pytest.param("email\na@b.c\n", ",", id="one-column"),
        pytest.param("", ",", id="empty"),
        pytest.param('a;b\n"1;2\n', ";", id="a-quote-that-never-ends"),
    ],
)
def test_delimiter(text: str, delimiter: str) -> None:
    assert recognise([text.encode()]).delimiter == delimiter


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_have_a_layout_and_the_pieces_never_matter(data: bytes, size: int) -> None:
    assert recognise(pieces(data, size)) == recognise([data])


@given(
    st.lists(
        st.lists(st.text("abcé 12", min_size=1, max_size=5), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_recognised(
    rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    found = recognise([text.encode(encoding)])
    assert found.delimiter == delimiter
    assert found == Layout("utf-16" if encoding == "utf-16" else "utf-8-sig", delimiter)
