"""Files from clients older than MIME."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import extract, parse
from passerelle.messages.uuencoded import from_uuencoded


def encoded(octets: bytes, *, pad: bytes = b"", newline: bytes = b"\r\n") -> bytes:
    lines = [binascii.b2a_uu(octets[at : at + 45])[:-1] + pad for at in range(0, len(octets), 45)]
    return newline.join([b"begin 644 plan.bin", *lines, b"`", b"end", b""])


@given(st.binary(max_size=1_000), st.sampled_from([b"\r\n", b"\n"]))
def test_what_was_encoded_comes_back(octets: bytes, newline: bytes) -> None:
    assert from_uuencoded(encoded(octets, newline=newline)) == octets


@given(st.binary(max_size=300))
def test_nothing_makes_it_raise(noise: bytes) -> None:
    from_uuencoded(noise)
    from_uuencoded(b"begin 644 x\n" + noise)


@pytest.mark.parametrize(
    ("octets", "decoded"),
    [
        (b"no beginning\n", b"no beginning\n"),
        (b"words before\r\n" + encoded(b"Cat"), b"Cat"),
        (encoded(b"Cat", pad=b"!!"), b"Cat"),  # more than the length of the line says
        (encoded(b"Cat").replace(b"`", b"\xff\xff"), b"Cat"),
        (encoded(b"Cat").replace(b"end", b""), b"Cat"),
        (b"begin 644 x\r\n", b""),
    ],
)
def test_from_uuencoded(octets: bytes, decoded: bytes) -> None:
    assert from_uuencoded(octets) == decoded


@pytest.mark.parametrize("name", ["x-uuencode", "X-UUEncode", "uuencode", "x-uue", "uue"])
def test_an_attachment_in_uuencoding_is_the_file(name: str) -> None:
    raw = (
        b"From: carla@customer.example\r\nContent-Type: application/zip; name=plan.zip\r\n"
        b"Content-Transfer-Encoding: " + name.encode() + b"\r\n\r\n" + encoded(b"PK\3\4" * 30)
    )
    (attachment,) = parse(raw).attachments
    assert attachment.size == 120
    assert extract(raw, attachment.part) == b"PK\3\4" * 30
