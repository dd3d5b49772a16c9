"""Accounts made and changed by administrators: audited, and the last administrator stays."""

import pytest
from django.core.exceptions import ValidationError

from passerelle.access import services as access
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def admin() -> SignInAccount:
    return access.create_account("admin", Role.ADMINISTRATOR, by="console")


def test_a_new_account_is_audited(admin: SignInAccount) -> None:
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.username, entry.subject_id) == (
        "account.created", "console", admin.pk,
    )  # fmt: skip
    assert entry.detail == {"username": "admin", "role": "administrator"}
    assert not admin.has_usable_password()


def test_each_change_is_told_and_none_is_not(admin: SignInAccount) -> None:
    user = create_user("Anna", "anna@example.com")
    account = access.create_account("anna", Role.USER, by="admin")
    for _ in range(2):
        access.change_account(account, role=Role.OPERATOR, active=True, systemuser=user, by="admin")
    [entry] = AuditEntry.objects.filter(action="account.changed")
    assert entry.detail == {
        "role": ["user", "operator"],
        "systemuser": [None, str(user.pk)],
    }


def test_the_last_administrator_stays(admin: SignInAccount) -> None:
    for role, active in ((Role.OPERATOR, True), (Role.ADMINISTRATOR, False)):
        with pytest.raises(ValidationError):
            access.change_account(admin, role=role, active=active, systemuser=None, by="admin")
    assert not AuditEntry.objects.filter(action="account.changed").exists()


def test_a_user_has_one_account(admin: SignInAccount) -> None:
    user = create_user("Anna", "anna@example.com")
    access.create_account("anna", Role.USER, systemuser=user, by="admin")
    with pytest.raises(ValidationError) as refused:
        access.change_account(
            admin, role=Role.ADMINISTRATOR, active=True, systemuser=user, by="admin"
        )
    assert set(refused.value.error_dict) == {"systemuser"}


def test_the_list_asks_once(
    admin: SignInAccount, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(20):
        access.create_account(f"user{number}", Role.USER, by="admin")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert [(one.systemuser, hasattr(one, "second_factor")) for one in access.accounts()]
