"""Addresses: what is one, what is none, and what a log may show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import (
    Address,
    masked,
    parse_address,
    parse_addresses,
    parse_domain,
    without_tag,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a@example.com", Address("", "a@example.com"), id="bare"),
        pytest.param("A.B@Example.COM", Address("", "A.B@example.com"), id="domain-in-lower-case"),
        pytest.param("X Y <a@b.example>", Address("X Y", "a@b.example"), id="named"),
        pytest.param('"Y, X" <a@b.example>', Address("Y, X", "a@b.example"), id="comma-in-quotes"),
        pytest.param('"a \\"b\\"" <a@b.example>', Address('a "b"', "a@b.example"), id="escapes"),
        pytest.param("a@b.example (X Y)", Address("X Y", "a@b.example"), id="name-in-a-comment"),
        pytest.param(
            "(a (b) c) a@b.example", Address("a (b) c", "a@b.example"), id="comment-nests"
        ),
        pytest.param(
            "=?utf-8?q?a=2C_b?= <a@b.example>", Address("a, b", "a@b.example"), id="coded"
        ),
        pytest.param('"j d"@b.example', Address("", '"j d"@b.example'), id="quoted-local-part"),
        pytest.param("x <@r,@s:a@b.example>", Address("x", "a@b.example"), id="old-route"),
        pytest.param("a@[192.0.2.1]", Address("", "a@[192.0.2.1]"), id="literal"),
        pytest.param(
            "a@exämple.example", Address("", "a@xn--exmple-cua.example"), id="unicode-domain"
        ),
        pytest.param("a@b.example.", Address("", "a@b.example"), id="final-dot"),
        pytest.param("", None, id="nothing"),
        pytest.param("<>", None, id="null-sender"),
        pytest.param("a", None, id="no-at-sign"),
        pytest.param("a@", None, id="no-domain"),
        pytest.param("@b.example", None, id="no-local-part"),
        pytest.param("a@b@c.example", None, id="two-at-signs"),
        pytest.param("a@b..example", None, id="empty-label"),
        pytest.param("a@-b.example", None, id="label-begins-with-a-dash"),
        pytest.param(".a@b.example", None, id="begins-with-a-dot"),
        pytest.param("a..b@c.example", None, id="two-dots"),
        pytest.param("a@b.example, c@d.example", None, id="two-are-not-one"),
        pytest.param("undisclosed-recipients:;", None, id="empty-group"),
        pytest.param("a" * 65 + "@b.example", None, id="local-part-too-long"),
        pytest.param("a@" + "b." * 130 + "example", None, id="address-too-long"),
        pytest.param("a\n@b.example", Address("", "a@b.example"), id="white-space-is-folding"),
        pytest.param("<a\r\nb@c.example>", None, id="line-break-inside"),
    ],
)
def test_one_address(text: str, expected: Address | None) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a@b.example, c@d.example", ["a@b.example", "c@d.example"], id="comma"),
        pytest.param("a@b.example; c@d.example", ["a@b.example", "c@d.example"], id="semicolon"),
        pytest.param("g: a@b.example, c@d.example;", ["a@b.example", "c@d.example"], id="group"),
        pytest.param("a@b.example, , x, c@d.example", ["a@b.example", "c@d.example"], id="gaps"),
        pytest.param(
            '"open <a@b.example>, c@d.example', ["a@b.example", "c@d.example"], id="quote"
        ),
        pytest.param("(open a@b.example", [], id="comment-without-end"),
    ],
)
def test_lists(text: str, expected: list[str]) -> None:
    assert [one.address for one in parse_addresses(text, 9)] == expected


def test_a_list_is_bounded() -> None:
    assert len(parse_addresses("a@b.example," * 50, 7)) == 7


@given(st.text(max_size=300))
def test_nothing_makes_it_raise_and_what_it_gives_is_stable(text: str) -> None:
    for found in parse_addresses(text, 50):
        assert parse_address(found.address) == Address("", found.address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        pytest.param("mary@example.com", "m…@example.com", id="keeps-the-domain"),
        pytest.param("m@example.com", "m…@example.com", id="hides-how-short-it-is"),
        pytest.param("nonsense", "…", id="shows-nothing-of-what-is-no-address"),
        pytest.param("@example.com", "…", id="no-local-part"),
        pytest.param("a@b\nc", "a…@b c", id="one-line"),
    ],
)
def test_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_case_never_tells_two_people_apart() -> None:
    assert Address("", "A@b.example").key == Address("X", "a@b.example").key


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        pytest.param("anna+shop@b.example", "anna@b.example", id="a-tag"),
        pytest.param("anna+a+b@b.example", "anna@b.example", id="a-tag-with-a-plus"),
        pytest.param("anna+@b.example", "anna@b.example", id="an-empty-tag"),
        pytest.param("anna@b.example", None, id="no-tag"),
        pytest.param("+shop@b.example", None, id="nothing-before-it"),
        pytest.param('"anna+shop"@b.example', None, id="quoted"),
        pytest.param("anna@b+c.example", None, id="in-the-domain"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_an_address_without_its_tag(key: str, plain: str | None) -> None:
    assert without_tag(key) == plain


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        pytest.param(" @Example.COM. ", "example.com", id="as people write it"),
        pytest.param("exämple.org", "xn--exmple-cua.org", id="as the DNS has it"),
        pytest.param("example", "", id="one label is none"),
        pytest.param("a b.example", "", id="a space"),
        pytest.param("b@example.com", "", id="an address"),
        pytest.param("..", "", id="nothing"),
    ],
)
def test_a_domain(text: str, domain: str) -> None:
    assert parse_domain(text) == domain
