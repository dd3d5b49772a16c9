"""Header blocks and parameters."""

import pytest

from passerelle.messages import DEFAULT_LIMITS
from passerelle.messages.headers.fields import header_end, parameters, read_headers


def test_fields_are_unfolded_and_kept_in_order() -> None:
    headers = read_headers(b"A: one\r\n two\r\nB: x\r\na: three\r\n", DEFAULT_LIMITS)
    assert headers.all("a") == ("one two", "three")
    assert (headers.get("b"), headers.get("c"), headers.all("c")) == ("x", "", ())


@pytest.mark.parametrize(
    ("raw", "ends"),
    [
        pytest.param(b"A: b\r\n\r\nx", (4, 8), id="crlf"),
        pytest.param(b"A: b\n\nx", (4, 6), id="lf"),
        pytest.param(b"\r\nx", (0, 2), id="no-fields"),
        pytest.param(b"A: b", (4, 4), id="no-body"),
    ],
)
def test_header_end(raw: bytes, ends: tuple[int, int]) -> None:
    assert header_end(raw, 0, len(raw)) == ends


@pytest.mark.parametrize(
    ("value", "kind", "found"),
    [
        pytest.param("Text/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}, id="bare"),
        pytest.param('a/b; n="x; y=\\"z\\""', "a/b", {"n": 'x; y="z"'}, id="quoted"),
        pytest.param('a/b; n=""', "a/b", {"n": ""}, id="quoted-nothing"),
        pytest.param('a/b; n="', "a/b", {"n": '"'}, id="a-quote-alone"),
        pytest.param('a/b; n="open', "a/b", {"n": '"open'}, id="quote-without-end"),
        pytest.param("a/b;n=1;n=2", "a/b", {"n": "1"}, id="the-first-of-two"),
        pytest.param("", "", {}, id="empty"),
    ],
)
def test_parameters(value: str, kind: str, found: dict[str, str]) -> None:
    assert parameters(value) == (kind, found)
