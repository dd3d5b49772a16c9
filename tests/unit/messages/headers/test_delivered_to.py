"""To whom a server delivered a message: what it added itself, and nothing that was sent along."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import delivered_to, fields_of_text

ALL = ("Delivered-To", "X-Original-To", "Envelope-To")
REST = "Received: from x by mail.example\r\nFrom: a@x.example\r\nSubject: Hello\r\n\r\nText\r\n"


def found(head: str, *trusted: str) -> list[str]:
    pairs = delivered_to((head + REST).encode(), trusted or ALL)
    return [f"{field} {address.address}" for field, address in pairs]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param("Delivered-To: anna@b.example\r\n", ["Delivered-To anna@b.example"], id="one"),
        pytest.param(
            "Return-Path: <a@x.example>\r\nX-Original-To: info@b.example\r\n"
            "Delivered-To: anna@b.example\r\n",
            ["Delivered-To anna@b.example", "X-Original-To info@b.example"],
            id="as-postfix-writes-them",
        ),
        pytest.param(
            "Return-path: <a@x.example>\r\nEnvelope-to: anna@b.example,\r\n bob@b.example\r\n",
            ["Envelope-To anna@b.example", "Envelope-To bob@b.example"],
            id="as-exim-writes-it-for-two",
        ),
        pytest.param(
            "Delivered-To: anna@b.example\r\nDelivered-To: boss@b.example\r\n",
            ["Delivered-To anna@b.example"],
            id="only-the-topmost-of-a-field",
        ),
        pytest.param("Delivered-To: no address\r\n", [], id="no-address"),
        pytest.param("Delivered-To: \r\n", [], id="nothing"),
        pytest.param("X-Delivered-To: anna@b.example\r\n", [], id="another-field"),
        pytest.param("", [], id="none"),
    ],
)
def test_what_the_server_added_is_read(head: str, expected: list[str]) -> None:
    assert found(head) == expected


FORGED = "Delivered-To: boss@b.example\r\n"


@pytest.mark.parametrize(
    ("raw", "trusted"),
    [
        pytest.param(f"Received: by b.example\r\n{FORGED}{REST}", ALL, id="below-the-arrival"),
        pytest.param(f"received : by b.example\r\n{FORGED}{REST}", ALL, id="however-written"),
        pytest.param(f"{FORGED}From: a@x.example\r\n\r\nText", ALL, id="without-any-arrival"),
        pytest.param(
            f"{FORGED}From: a@x.example\r\n\r\nReceived: by b.example\r\n", ALL, id="in-the-text"
        ),
        pytest.param(f"{FORGED}{REST}", ("X-Original-To",), id="a-field-that-is-not-trusted"),
        pytest.param(f"{FORGED}{REST}", (), id="no-field-is-trusted"),
        pytest.param(f"X-Note: a\r\n {FORGED}{REST}", ALL, id="in-the-fold-of-another"),
        pytest.param(FORGED, ALL, id="nothing-but-the-field"),
        pytest.param("", ALL, id="nothing-at-all"),
    ],
)
def test_what_a_sender_wrote_counts_for_nothing(raw: str, trusted: tuple[str, ...]) -> None:
    assert delivered_to(raw.encode(), trusted) == ()


def test_a_field_of_thousands_is_cut() -> None:
    many = ", ".join(f"a{number}@b.example" for number in range(5_000))
    assert len(found(f"Envelope-To: {many}\r\n")) == 50


@given(st.binary(max_size=300))
def test_no_octets_are_too_odd(octets: bytes) -> None:
    for raw in (octets, b"Delivered-To: " + octets + b"\r\n" + REST.encode()):
        for _field, address in delivered_to(raw, ALL):
            address.address.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("delivered-to", ("Delivered-To",), id="in-any-case"),
        pytest.param(
            "X-Original-To, Delivered-To;x-original-to:",
            ("X-Original-To", "Delivered-To"),
            id="each-once-in-their-order",
        ),
    ],
)
def test_the_fields_of_a_line(text: str, expected: tuple[str, ...]) -> None:
    assert fields_of_text(text) == expected


def test_a_line_with_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="To"):
        fields_of_text("Delivered-To To")
