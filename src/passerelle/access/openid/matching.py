"""Whose account a proven identity opens: by issuer and subject, never by a name alone.

Decision 0026. An email address is looked at only where an administrator asked for it, only when
the provider says that it is verified, and only to find the account of the user who has it.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from passerelle.access.accounts import KIND, create_account
from passerelle.access.models import GroupRole, Identity, OpenIdProvider
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import Role
from passerelle.crm.services import Subject
from passerelle.faults.access import AccountClosed, IdentityUnknown

log = structlog.get_logger()

BY = "single sign-on"
MOST_GROUPS = 2_000
USERNAME_CHARS = 150
STRENGTH = (Role.ADMINISTRATOR, Role.OPERATOR, Role.USER)


def account_of(provider: OpenIdProvider, claims: dict[str, Any]) -> SignInAccount:
    """The account, found, linked or made. Raises `IdentityUnknown` or `AccountClosed`."""
    role = role_in(provider, claims)
    with transaction.atomic():
        account = known(provider, claims) or _linked(provider, claims)
        if account is None and provider.creates_accounts and role is not None:
            account = _made(provider, claims, role)
        if account is None:
            raise IdentityUnknown
        if not account.is_active:
            raise AccountClosed
        return with_rights(provider, claims, account)


def role_in(provider: OpenIdProvider, claims: dict[str, Any]) -> Role | None:
    """The role that the groups of a token say."""
    return role_of(groups_in(claims, provider.group_claim), GroupRole.objects.all())


def groups_in(claims: dict[str, Any], name: str) -> frozenset[str]:
    """The groups that a token names, as a list or as one text."""
    found = claims.get(name)
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(one for one in listed[:MOST_GROUPS] if isinstance(one, str))


def role_of(groups: frozenset[str], mapping: Iterable[GroupRole]) -> Role | None:
    """The strongest role of the groups; None when no group says one."""
    roles = {Role(one.role) for one in mapping if one.group in groups}
    return next((role for role in STRENGTH if role in roles), None)


def verified_address(claims: dict[str, Any]) -> str | None:
    """The email address, where the provider says that it is verified."""
    address = claims.get("email")
    verified = claims.get("email_verified") is True
    return address if verified and isinstance(address, str) and address else None


def is_same_address(ours: str, theirs: str) -> bool:
    """Whether two addresses are one. Only A to Z are the same large and small.

    A database folds more: a dotless i becomes an I, and another's domain would be ours.
    """
    return _folded(ours) == _folded(theirs)


def _folded(address: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in address)


def known(provider: OpenIdProvider, claims: dict[str, Any]) -> SignInAccount | None:
    """The account that this identity is bound to."""
    identity = (
        Identity.objects.select_related("account__systemuser")
        .filter(issuer=provider.issuer, subject=claims["sub"])
        .first()
    )
    return identity.account if identity else None


def _linked(provider: OpenIdProvider, claims: dict[str, Any]) -> SignInAccount | None:
    """The account of the user with the verified address, from now on known by its subject."""
    user = _user_of(provider, claims)
    account = SignInAccount.objects.filter(systemuser=user).first() if user else None
    if account is not None:
        remember(provider, claims, account)
    return account


def _made(provider: OpenIdProvider, claims: dict[str, Any], role: Role) -> SignInAccount:
    user = _user_of(provider, claims)
    account = create_account(_free_name(claims), role, systemuser=user, by=BY)
    remember(provider, claims, account)
    return account


def _user_of(provider: OpenIdProvider, claims: dict[str, Any]) -> SystemUser | None:
    address = verified_address(claims)
    if not provider.matches_email or address is None or "\0" in address:
        return None
    found = SystemUser.objects.filter(internal_email_address__iexact=address)[:2]
    same = [user for user in found if is_same_address(user.internal_email_address, address)]
    return same[0] if len(same) == 1 else None


def remember(provider: OpenIdProvider, claims: dict[str, Any], account: SignInAccount) -> None:
    """Bind the identity to the account, for ever."""
    Identity.objects.create(
        account=account, issuer=provider.issuer, subject=claims["sub"], made_on=timezone.now()
    )
    subject = Subject(KIND, account.pk)
    crm.note(AuditAction.ACCOUNT_CHANGED, subject, BY, {"identity": provider.issuer})
    log.info("identity.linked", account_id=str(account.pk))


def _free_name(claims: dict[str, Any]) -> str:
    """A name to show; it opens nothing, as the account has no password."""
    wanted = (claims.get(name) for name in ("preferred_username", "email", "sub"))
    first = next(name for name in wanted if isinstance(name, str) and name.strip())
    stem = "".join(one for one in first.strip() if one.isprintable())[: USERNAME_CHARS - 10]
    stem = stem or "person"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1_000)))
    taken = set(
        SignInAccount.objects.filter(username__startswith=stem).values_list("username", flat=True)
    )
    return next(name for name in names if name not in taken)


def with_rights(
    provider: OpenIdProvider, claims: dict[str, Any], account: SignInAccount
) -> SignInAccount:
    """What the provider's groups say of the account, at each sign-in: its role, its right to read.

    The right is theirs alone where a group for it is named; who is not in it loses it.
    """
    account = with_role(account, role_in(provider, claims))
    if not provider.reading_group:
        return account
    reads = provider.reading_group in groups_in(claims, provider.group_claim)
    if account.may_read_all == reads:
        return account
    changed = crm.update_sign_in(account, reads_all=reads)
    subject = Subject(KIND, account.pk)
    crm.note(AuditAction.ACCOUNT_CHANGED, subject, BY, {"may_read_all": [not reads, reads]})
    return changed


def with_role(account: SignInAccount, role: Role | None) -> SignInAccount:
    """The provider's groups decide the role where one of them says one, at each sign-in."""
    if role is None or account.role == role:
        return account
    before = account.role
    try:
        with transaction.atomic():
            changed = crm.update_sign_in(account, role=role)
    except ValidationError:  # the last administrator stays one
        log.warning("identity.role-kept", account_id=str(account.pk))
        return account
    subject = Subject(KIND, account.pk)
    crm.note(AuditAction.ACCOUNT_CHANGED, subject, BY, {"role": [str(before), str(role)]})
    return changed
