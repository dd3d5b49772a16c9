"""Strings of commands, and names of folders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.imap.syntax.strings import Literal, Piece, folder_name, string


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", b'"plain"'),
        ('a "b" \\', b'"a \\"b\\" \\\\"'),
        ("é", Literal("é".encode())),
        ("a\r\nA1 LOGOUT", Literal(b"a\r\nA1 LOGOUT")),
        ("x" * 1000, Literal(b"x" * 1000)),
    ],
)
def test_string(text: str, expected: Piece) -> None:
    assert string(text) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("INBOX", b'"INBOX"'),
        ("A & B", b'"A &- B"'),
        ("Entwürfe", b'"Entw&APw-rfe"'),
        ("~peter/mail/台北/日本語", b'"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
    ],
)
def test_folder_name(folder: str, expected: Piece) -> None:
    assert folder_name(folder) == expected


@given(st.text())
def test_no_text_ends_a_line_early(text: str) -> None:
    piece = string(text)
    assert isinstance(piece, Literal) or not set(piece) & set(b"\r\n\0")
