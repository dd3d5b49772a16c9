"""Octets of any claim become text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages.charsets import decode


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        pytest.param(b"\xe9", "iso-8859-1", "é", id="as-declared"),
        pytest.param("é".encode(), "utf-8", "é", id="utf8"),
        pytest.param("é".encode(), "iso-8859-1", "é", id="declared-latin-but-utf8"),
        pytest.param(b"\x80", "iso-8859-1", "€", id="latin-means-windows"),
        pytest.param(b"\x81", "", "\ufffd", id="fits-nowhere"),
        pytest.param(b"\xd6\xd0", "gb2312", "中", id="superset-of-gb2312"),
        pytest.param("中".encode("iso-2022-jp"), "iso-2022-jp", "中", id="escapes-in-ascii"),
        pytest.param(b"\xe9", '"ISO-8859-1"', "é", id="quoted-name"),
        pytest.param(b"\xe9", "no such thing", "é", id="unknown-name"),
        pytest.param(b"\xe9", "é\0" * 50, "é", id="nonsense-name"),
        pytest.param(b"nope", "zlib", "nope", id="a-codec-of-python-only"),
        pytest.param(b"xn--", "punycode", "xn--", id="a-slow-codec"),
    ],
)
def test_decode(octets: bytes, charset: str, text: str) -> None:
    assert decode(octets, charset) == text


NAMES = ["utf-8", "utf-16", "utf-7", "hz", "big5", "iso-2022-kr", "idna", "rot13", "cp037", ""]


@given(st.binary(max_size=200), st.sampled_from(NAMES) | st.text(max_size=30))
def test_it_never_raises(octets: bytes, charset: str) -> None:
    decode(octets, charset)
