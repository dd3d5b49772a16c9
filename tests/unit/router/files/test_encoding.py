"""Any encoding that XML allows becomes UTF-8; what is no character set is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.router.files.encoding import UnknownEncodingError, encoding_of, to_utf8

TEXT = "<a>Müller</a>"


def declared(encoding: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        pytest.param("utf-8", "utf-8", id="utf-8"),
        pytest.param("UTF-8", "utf-8-sig", id="utf-8-with-a-mark"),
        pytest.param("utf-16", "utf-16", id="utf-16-with-a-mark"),
        pytest.param("utf-16", "utf-16-le", id="utf-16-little-endian-without-a-mark"),
        pytest.param("utf-16", "utf-16-be", id="utf-16-big-endian-without-a-mark"),
        pytest.param("utf-32", "utf-32", id="utf-32-with-a-mark"),
        pytest.param("utf-32", "utf-32-be", id="utf-32-without-a-mark"),
        pytest.param("ISO-8859-1", "iso-8859-1", id="latin-1"),
        pytest.param("iso-8859-15", "iso-8859-15", id="latin-9"),
        pytest.param("windows-1252", "cp1252", id="windows-1252"),
        pytest.param("GB18030", "gb18030", id="a-chinese-one"),
        pytest.param("ibm037", "cp037", id="ebcdic"),
        pytest.param("utf-16", "utf-8", id="utf-16-declared-by-a-program-that-wrote-utf-8"),
    ],
)
def test_every_encoding_gives_the_same_text(name: str, codec: str) -> None:
    out = b"".join(to_utf8([declared(name).encode(codec)])).removeprefix(b"\xef\xbb\xbf")
    assert out.decode() == declared(name)


@given(st.sampled_from(["utf-16", "utf-32", "gb18030", "utf-8"]), st.integers(1, 50), st.text())
def test_where_the_pieces_are_cut_does_not_matter(codec: str, size: int, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    data = declared(codec, text).encode(codec)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(to_utf8(pieces)).decode() == declared(codec, text)


@pytest.mark.parametrize("name", ["zlib", "rot13", "unicode_escape", "punycode", "klingon"])
def test_what_is_no_character_set_is_refused(name: str) -> None:
    with pytest.raises(UnknownEncodingError, match=name):
        encoding_of(declared(name).encode())


def test_a_file_without_declaration_is_utf_8() -> None:
    assert encoding_of(b"<a/>") == "utf-8"


def test_bytes_that_the_encoding_has_not_are_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        list(to_utf8([declared("windows-1252", "").encode() + b"\x81"]))
