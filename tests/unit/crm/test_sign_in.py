"""Sign-in accounts and their one-time links."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from passerelle.crm.models import SignInAccount, SignInLink
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    create_sign_in,
    create_user,
    ensure_administrator,
    link_systemuser,
    redeem,
    remove_sign_in,
    set_sign_in_password,
    sign_in_link,
    update_sign_in,
)
from passerelle.faults import Secret

pytestmark = [pytest.mark.django_db, pytest.mark.database]
GOOD = Secret("correct horse battery 7")


def test_a_password_is_kept_as_a_hash_only() -> None:
    account = create_sign_in("anna", Role.USER, password=GOOD)
    assert account.check_password(GOOD.reveal())
    assert GOOD.reveal() not in account.password


@pytest.mark.parametrize(
    "weak", [pytest.param("short", id="short"), pytest.param("password1234", id="common")]
)
def test_a_weak_password_is_refused_by_its_field(weak: str) -> None:
    with pytest.raises(ValidationError) as caught:
        create_sign_in("anna", Role.USER, password=Secret(weak))
    assert set(caught.value.message_dict) == {"password"}
    assert not SignInAccount.objects.exists()


def test_a_password_is_changed_and_taken_away() -> None:
    account = create_sign_in("anna", Role.USER)
    assert not account.has_usable_password()
    set_sign_in_password(account, GOOD)
    account.refresh_from_db()
    assert account.check_password(GOOD.reveal())
    set_sign_in_password(account, None)
    assert not account.has_usable_password()


def test_a_user_has_one_account_at_most() -> None:
    user = create_user("Anna")
    create_sign_in("anna", Role.USER, systemuser=user)
    other = create_sign_in("other", Role.USER)
    with pytest.raises(ValidationError):
        link_systemuser(other, user)
    assert link_systemuser(other, None).systemuser is None


class TestLastAdministrator:
    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"role": Role.USER}, id="cannot-become-a-user"),
            pytest.param({"active": False}, id="cannot-be-deactivated"),
        ],
    )
    def test_cannot_stop_being_one(self, change: dict[str, object]) -> None:
        account = create_sign_in("root", Role.ADMINISTRATOR)
        idle = create_sign_in("idle", Role.ADMINISTRATOR)
        update_sign_in(idle, active=False)  # an inactive one does not count
        with pytest.raises(ValidationError, match="last active administrator"):
            update_sign_in(account, **change)  # type: ignore[arg-type]
        account.refresh_from_db()
        assert account.is_active
        assert account.is_administrator

    def test_cannot_be_removed(self) -> None:
        account = create_sign_in("root", Role.ADMINISTRATOR)
        with pytest.raises(ValidationError):
            remove_sign_in(account)
        create_sign_in("second", Role.ADMINISTRATOR)
        remove_sign_in(account)
        assert not SignInAccount.objects.filter(username="root").exists()

    def test_a_plain_account_is_removed_whoever_is_left(self) -> None:
        account = create_sign_in("anna", Role.USER)
        assert update_sign_in(account, active=False, language="fr").language == "fr"
        remove_sign_in(account)
        assert not SignInAccount.objects.exists()


def test_the_first_administrator_is_made_once() -> None:
    create_sign_in("administrator", Role.USER)
    first = ensure_administrator()
    assert (first.username, first.role) == ("administrator-2", Role.ADMINISTRATOR)
    assert ensure_administrator() == first


class TestLinks:
    def test_a_token_signs_in_once(self) -> None:
        account = create_sign_in("anna", Role.USER)
        token = sign_in_link(account)
        assert redeem(token) == account
        assert redeem(token) is None

    def test_a_token_is_stored_as_a_digest(self) -> None:
        token = sign_in_link(create_sign_in("anna", Role.USER))
        link = SignInLink.objects.get()
        assert token not in repr(vars(link))

    def test_a_late_token_is_worth_nothing(self) -> None:
        account = create_sign_in("anna", Role.USER)
        assert redeem(sign_in_link(account, lifetime=timedelta(0))) is None

    def test_an_inactive_account_does_not_come_in(self) -> None:
        account = create_sign_in("anna", Role.USER)
        token = sign_in_link(account)
        update_sign_in(account, active=False)
        assert redeem(token) is None

    @pytest.mark.parametrize(
        "token",
        [
            pytest.param("", id="nothing"),
            pytest.param("nonsense", id="unknown"),
            pytest.param("x" * 10_000, id="endless"),
            pytest.param("\ud800", id="a-lone-surrogate"),
        ],
    )
    def test_a_wrong_token_is_worth_nothing(self, token: str) -> None:
        sign_in_link(create_sign_in("anna", Role.USER))
        assert redeem(token) is None

    def test_old_links_are_cleared_away(self) -> None:
        account = create_sign_in("anna", Role.USER)
        sign_in_link(account)
        SignInLink.objects.update(expires_on=timezone.now() - timedelta(days=2))
        sign_in_link(account)
        assert SignInLink.objects.count() == 1
