"""Line ends and dots of the DATA phase."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.smtp.body import normalised, stuffed

bodies = st.text(alphabet="a.\r\n").map(str.encode)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", b"\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a\n.\nb", b"a\r\n.\r\nb\r\n"),
        (b"a\r.\rb", b"a\r\n.\r\nb\r\n"),
        (b"a\n\rb", b"a\r\n\r\nb\r\n"),
    ],
)
def test_normalised(data: bytes, expected: bytes) -> None:
    assert normalised(data) == expected


@given(bodies)
def test_no_body_holds_its_own_end(data: bytes) -> None:
    sent = b"\r\n" + stuffed(normalised(data))
    assert b"\r\n.\r\n" not in sent
    assert sent.endswith(b"\r\n")
    assert sent.count(b"\n") == sent.count(b"\r") == sent.count(b"\r\n")


@given(bodies)
def test_unstuffing_gives_the_body_back(data: bytes) -> None:
    body = normalised(data)
    lines = stuffed(body).split(b"\r\n")
    assert b"\r\n".join(line.removeprefix(b".") for line in lines) == body
