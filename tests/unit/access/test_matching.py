"""Whether an address that a provider proves is one of ours."""

from typing import Any

import pytest

from passerelle.access.models import GroupRole, OpenIdProvider
from passerelle.access.openid.matching import is_same_address, verified_address, with_rights
from passerelle.crm.models import AuditEntry
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in


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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group", "groups", "before", "expected"),
    [
        pytest.param("readers", ["readers"], False, True, id="a-member-gets-the-right"),
        pytest.param("readers", ["staff"], True, False, id="who-left-loses-it"),
        pytest.param("readers", None, True, False, id="a-token-without-groups-gives-nothing"),
        pytest.param("readers", ["Readers"], False, False, id="another-spelling-is-another-group"),
        pytest.param("", ["readers", ""], False, False, id="no-group-is-named"),
        pytest.param("", None, True, True, id="then-the-account-alone-says"),
    ],
)
def test_the_right_to_see_all_email_by_a_group(
    group: str, groups: list[str] | None, before: bool, expected: bool
) -> None:
    GroupRole.objects.create(group="staff", role=Role.USER)
    account = create_sign_in("anna", Role.USER)
    account.may_read_all = before
    account.save()
    provider = OpenIdProvider(reading_group=group)
    changed = with_rights(provider, {"groups": groups} if groups else {}, account)
    assert changed.may_read_all is expected
    details = [entry.detail for entry in AuditEntry.objects.all()]
    told = [] if before is expected else [{"may_read_all": [before, expected]}]
    assert details == told
