"""Sign-in accounts: who may open the pages, as what, and for which user.

The last active administrator can neither be removed, nor deactivated, nor made a plain user:
otherwise nobody could ever let anybody in again.
"""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Look, Role
from passerelle.crm.services.organization import organization
from passerelle.faults import Secret


def create_sign_in(
    username: str,
    role: Role,
    *,
    password: Secret | None = None,
    systemuser: SystemUser | None = None,
    language: str = "",
) -> SignInAccount:
    """Make an account; without a password it is entered by a one-time link only.

    Raises `ValidationError`, by field.
    """
    account = SignInAccount(
        username=username.strip(), role=role, systemuser=systemuser, language=language
    )
    _put_password(account, password)
    account.full_clean()
    account.save(force_insert=True)
    return account


def update_sign_in(
    account: SignInAccount,
    *,
    role: Role | None = None,
    active: bool | None = None,
    language: str | None = None,
    reads_all: bool | None = None,
) -> SignInAccount:
    """Change what is given. Raises `ValidationError` for the last active administrator."""
    with transaction.atomic():
        stored = _locked(account)
        if role is not None:
            stored.role = role
        if active is not None:
            stored.is_active = active
        if language is not None:
            stored.language = language
        if reads_all is not None:
            stored.may_read_all = reads_all
        stored.full_clean()
        if not (stored.is_active and stored.is_administrator):
            _require_another_administrator(stored)
        stored.save()
    return stored


def set_display(
    account: SignInAccount, *, look: Look | None = None, key_shortcuts: bool | None = None
) -> None:
    """Keep how this person wants the pages: what is given, wherever they sign in."""
    if look is not None:
        account.look = look
    if key_shortcuts is not None:
        account.key_shortcuts = key_shortcuts
    account.save(update_fields=["look", "key_shortcuts"])


def link_systemuser(account: SignInAccount, systemuser: SystemUser | None) -> SignInAccount:
    """Say which user the account is; a user has one account at most. Raises `ValidationError`."""
    account.systemuser = systemuser
    account.full_clean()
    account.save(update_fields=["systemuser"])
    return account


def set_sign_in_password(account: SignInAccount, password: Secret | None) -> None:
    """Give the account a password, or none at all. Raises `ValidationError`."""
    _put_password(account, password)
    account.save(update_fields=["password"])


def remove_sign_in(account: SignInAccount) -> None:
    """Remove the account; the user it belonged to stays. Raises `ValidationError`."""
    with transaction.atomic():
        stored = _locked(account)
        _require_another_administrator(stored)
        stored.delete()


def ensure_administrator(username: str = "administrator") -> SignInAccount:
    """An active administrator: the first one there is, else one that is made now."""
    with transaction.atomic():
        _lock_administrators()
        found = _administrators().order_by("account_id").first()
        return found or create_sign_in(_free_name(username), Role.ADMINISTRATOR)


def _free_name(username: str) -> str:
    """The name, or the name with a number where a plain or inactive account has it."""
    taken = set(
        SignInAccount.objects.filter(username__startswith=username).values_list(
            "username", flat=True
        )
    )
    candidates = [username, *(f"{username}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in candidates if name not in taken)


def _put_password(account: SignInAccount, password: Secret | None) -> None:
    if password:
        try:
            validate_password(password.reveal(), account)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
    account.set_password(password.reveal() if password else None)


def _administrators() -> QuerySet[SignInAccount]:
    return SignInAccount.objects.filter(role=Role.ADMINISTRATOR, is_active=True)


def _lock_administrators() -> None:
    """Two administrators who remove each other at the same moment come one after the other."""
    type(organization()).objects.select_for_update().get(only=True)


def _locked(account: SignInAccount) -> SignInAccount:
    _lock_administrators()
    return SignInAccount.objects.get(pk=account.pk)


def _require_another_administrator(account: SignInAccount) -> None:
    administrators = _administrators()
    was_one = administrators.filter(pk=account.pk).exists()
    if was_one and not administrators.exclude(pk=account.pk).exists():
        raise ValidationError(
            gettext("This is the last active administrator. Make another one first.")
        )
