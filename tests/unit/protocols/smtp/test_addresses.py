"""Addresses for MAIL and RCPT."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults.mail.protocols import AddressNotUsable
from passerelle.protocols.smtp.addresses import path, sender_path


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@example.org", b"anna@example.org"),
        ("a+b.c'd@example.org", b"a+b.c'd@example.org"),
        ('"a@b"@example.org', b'"a@b"@example.org'),
        ("anna@[192.0.2.1]", b"anna@[192.0.2.1]"),
        ("anna@exämple.example", b"anna@xn--exmple-cua.example"),
        ("jörg@example.org", "jörg@example.org".encode()),
        ("jo\u0308rg@example.org", "jörg@example.org".encode()),
        ("anna@straße.example", b"anna@xn--strae-oqa.example"),  # IDNA 2008, as everywhere here
    ],
)
def test_path(address: str, expected: bytes) -> None:
    assert path(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        *("", "anna", "@example.org", "anna@", "a b@example.org", "a@b@example.org"),
        *("a<b@example.org", "a@example.org>", "a\r\n@example.org", "a\0@example.org"),
        *("a,b@example.org", "a@exa,mple.org", "a\x85@example.org", "\udc80@example.org"),
        *("a@" + "x" * 300, "a@" + "é" * 100 + ".example"),
    ],
)
def test_what_is_no_path(address: str) -> None:
    with pytest.raises(AddressNotUsable):
        path(address)


def test_only_a_sender_may_be_empty() -> None:
    assert sender_path("") == b""


@given(st.text())
def test_nothing_that_leaves_could_say_more(address: str) -> None:
    try:
        written = path(address)
    except AddressNotUsable:
        return
    assert not set(written) & set(b"\r\n\0 <>")
