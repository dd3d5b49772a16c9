"""Line ends become CRLF and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.wire import with_crlf


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"a\r\nb\r\n", b"a\r\nb\r\n", id="good already"),
        pytest.param(b"a\nb\n", b"a\r\nb\r\n", id="bare line feeds"),
        pytest.param(b"a\r\nb\nc", b"a\r\nb\r\nc", id="mixed"),
        pytest.param(b"a\rb\n", b"a\rb\r\n", id="a lone carriage return is content"),
    ],
)
def test_with_crlf(data: bytes, expected: bytes) -> None:
    assert with_crlf(data) == expected


@given(st.text(alphabet="a\r\n").map(str.encode))
def test_twice_is_once(data: bytes) -> None:
    once = with_crlf(data)
    assert with_crlf(once) == once
    assert once.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n")
