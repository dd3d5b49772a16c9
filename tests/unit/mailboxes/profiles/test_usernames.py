"""Templates of user names: what they make, what they refuse, and that they never reach further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.mailboxes.profiles.usernames import (
    Names,
    alias_in,
    filled,
    is_template,
    unknown_in,
)

ANNA = Names("anna.smith@example.com", "asmith")


@pytest.mark.parametrize(
    ("template", "name"),
    [
        pytest.param("service", "service", id="a-name-is-itself"),
        pytest.param("", "", id="nothing-is-nothing"),
        pytest.param("{address}", "anna.smith@example.com", id="the-address"),
        pytest.param("{local}", "anna.smith", id="the-local-part"),
        pytest.param("{domain}", "example.com", id="the-domain"),
        pytest.param("{alias}", "asmith", id="the-alias"),
        pytest.param("{local}*service", "anna.smith*service", id="dovecot"),
        pytest.param("COMPANY/service/{alias}", "COMPANY/service/asmith", id="exchange"),
        pytest.param("{local}@{domain}", "anna.smith@example.com", id="two-of-them"),
        pytest.param("DOM\\{local}", "DOM\\anna.smith", id="a-domain-of-windows"),
    ],
)
def test_filled(template: str, name: str) -> None:
    assert unknown_in(template) == ""
    assert filled(template, ANNA) == name


def test_without_a_user_name_of_its_own_the_alias_is_the_local_part() -> None:
    assert filled("{alias}", Names("anna@example.com")) == "anna"


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        pytest.param("{name}", "{name}", id="no-placeholder-of-ours"),
        pytest.param("{Local}", "{Local}", id="case-counts"),
        pytest.param("{}", "{}", id="nothing-in-braces"),
        pytest.param("{0.__class__}", "{0.__class__}", id="no-format-of-python"),
        pytest.param("{local", "{", id="a-brace-that-is-not-closed"),
        pytest.param("local}", "}", id="nor-opened"),
        pytest.param("{{local}}", "{", id="braces-in-braces"),
    ],
)
def test_what_means_nothing_is_named(template: str, unknown: str) -> None:
    assert is_template(template)
    assert unknown_in(template) == unknown
    with pytest.raises(ValueError, match="placeholder"):
        filled(template, ANNA)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("", id="no-address"),
        pytest.param("@example.com", id="no-local-part"),
        pytest.param("anna*root@example.com", id="the-separator-of-dovecot"),
        pytest.param("x/root@example.com", id="the-separator-of-exchange"),
        pytest.param("DOM\\root@example.com", id="the-separator-of-windows"),
        pytest.param("anna root@example.com", id="a-space"),
        pytest.param("anna\0root@example.com", id="nul"),
        pytest.param("anna\r\nA1 LOGOUT@example.com", id="a-line-of-its-own"),
        pytest.param("{address}@example.com", id="a-template-in-an-address"),
        pytest.param("a" * 251 + "@example.com", id="longer-than-any-name"),
    ],
)
def test_an_address_that_could_sign_in_for_another_is_refused(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - no text of it is read
        filled("{local}*service", Names(address))


@given(st.text(max_size=40), st.emails())
def test_a_name_is_whole_or_refused(template: str, address: str) -> None:
    try:
        name = filled(template, Names(address))
    except ValueError:
        return
    assert "{" not in name
    assert len(name) <= 250 or name == template


@pytest.mark.parametrize(
    ("username", "alias"),
    [
        pytest.param("anna", "anna", id="a-name-alone"),
        pytest.param("COMPANY\\anna", "anna", id="with-its-domain"),
        pytest.param("anna@company.example", "anna", id="as-an-address"),
    ],
)
def test_alias_in(username: str, alias: str) -> None:
    assert alias_in(username) == alias
