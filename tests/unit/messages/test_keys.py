"""One key for an address, however it is spelled."""

import idna
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from passerelle.messages import Address, domain_key, key_of, parse_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Anna@Firm.EXAMPLE", "anna@firm.example", id="case"),
        pytest.param("a@exämple.example", "a@xn--exmple-cua.example", id="a-label"),
        pytest.param("a@EXÄMPLE.example", "a@XN--EXMPLE-CUA.EXAMPLE", id="a-label-in-capitals"),
        pytest.param("a@exa\u0308mple.example", "a@exämple.example", id="an-accent-of-its-own"),
        pytest.param("a@例え。example", "a@xn--r8jz45g.example", id="an-ideographic-stop"),
        pytest.param("JOSÉ@b.example", "jose\u0301@b.example", id="a-local-part-with-an-accent"),
        pytest.param("straße@b.example", "STRASSE@b.example", id="a-local-part-that-folds"),
    ],
)
def test_spellings_of_one_address(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a@straße.example", "a@strasse.example", id="ss-is-another-domain"),
        pytest.param("jose@b.example", "josé@b.example", id="an-accent-counts"),
        pytest.param("a@exämple.example", "a@example.example", id="in-the-domain-too"),
        pytest.param("a@аpple.example", "a@apple.example", id="a-cyrillic-letter"),
    ],
)
def test_other_addresses(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("é", id="no-domain"),
        pytest.param("@é.example", id="no-local-part"),
        pytest.param("a@é_é.example", id="an-underscore"),
        pytest.param("a@é-.example", id="a-hyphen-at-the-end"),
        pytest.param(f"a@{'é' * 5_000}.example", id="very-long"),
        pytest.param("a@é..example", id="an-empty-label"),
        pytest.param("a@😀.example", id="an-emoji"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_no_domain_is_has_a_key_all_the_same(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)
    assert key_of(text.upper()) == key_of(text)


letters = st.characters(categories=["Ll", "Lo", "Nd"], max_codepoint=0xFFFF)


@given(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=3))
def test_unicode_and_a_labels_have_one_key(labels: list[str]) -> None:
    domain = ".".join(labels)
    try:
        coded = idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:
        reject()
    assert key_of(f"a@{domain}") == key_of(f"a@{coded}") == f"a@{coded.lower()}"
    assert domain_key(idna.decode(coded)) == coded.lower()


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)


def test_a_read_address_has_its_domain_as_the_dns_has_it() -> None:
    found = parse_address("José <José@Exämple.example>")
    assert found == Address("José", "José@xn--exmple-cua.example")
    assert found.key == "josé@xn--exmple-cua.example"
