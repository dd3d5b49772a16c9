"""Whether an address that a provider proves is one of ours."""

from typing import Any

import pytest

from passerelle.access.openid.matching import is_same_address, verified_address


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        pytest.param("anna@example.com", "anna@example.com", True, id="the-same"),
        pytest.param("Anna@Example.com", "anna@example.COM", True, id="large-and-small"),
        pytest.param("anna@example.com", "anna@example.org", False, id="another-domain"),
        pytest.param("mike@example.com", "m\u0131ke@example.com", False, id="a-dotless-i"),
        pytest.param("mike@example.com", "mi\u212ae@example.com", False, id="a-kelvin-sign"),
        pytest.param("strasse@example.com", "straße@example.com", False, id="a-sharp-s"),
        pytest.param("", "anna@example.com", False, id="a-user-without-an-address"),
        pytest.param("anna@example.com", " anna@example.com", False, id="a-blank-is-not-trimmed"),
    ],
)
def test_is_same_address(ours: str, theirs: str, *, expected: bool) -> None:
    assert is_same_address(ours, theirs) is expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param({"email": "a@b.c", "email_verified": True}, "a@b.c", id="verified"),
        pytest.param({"email": "a@b.c", "email_verified": "true"}, None, id="a-text-is-no-yes"),
        pytest.param({"email": "a@b.c"}, None, id="nothing-said"),
        pytest.param({"email": ["a@b.c"], "email_verified": True}, None, id="a-list"),
        pytest.param({"email": "", "email_verified": True}, None, id="empty"),
        pytest.param({"email_verified": True}, None, id="no-address"),
    ],
)
def test_verified_address(claims: dict[str, Any], expected: str | None) -> None:
    assert verified_address(claims) == expected
