"""One-time links: whoever holds the token signs in as the account, once, within its time.

Only a digest of the token is stored, so that a copy of the database lets nobody in. A token is
used by a conditional update, so that two people who follow one link cannot both get in. What a
link is for is part of its digest: one that only leads to the provider signs nobody in by itself.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from passerelle.crm.models import SignInAccount, SignInLink

LIFETIME = timedelta(hours=1)
TOKEN_BYTES = 32
TOKEN_CHARS = 200  # a longer one is not ours and is not even hashed


class Purpose(StrEnum):
    """What a link is for."""

    SIGN_IN = ""  # lets its holder in
    PROVIDER = "provider"  # lets the provider say who its holder is


def sign_in_link(
    account: SignInAccount, *, lifetime: timedelta = LIFETIME, purpose: Purpose = Purpose.SIGN_IN
) -> str:
    """A new token for the account; the address around it is made by the caller."""
    now = timezone.now()
    SignInLink.objects.filter(expires_on__lt=now - timedelta(days=1)).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    SignInLink.objects.create(
        account=account, token_digest=_digest(token, purpose), expires_on=now + lifetime
    )
    return token


def redeem(token: str) -> SignInAccount | None:
    """The account that the token signs in; None when it is unknown, used, late or inactive."""
    if not _is_ours(token):
        return None
    account = _used(SignInLink.objects.filter(token_digest=_digest(token, Purpose.SIGN_IN)))
    return account if account is not None and account.is_active else None


def provider_link(token: str) -> SignInLink | None:
    """The link that leads to the provider, while it works; looking does not use it."""
    if not _is_ours(token):
        return None
    found = SignInLink.objects.filter(token_digest=_digest(token, Purpose.PROVIDER), used_on=None)
    return found.filter(expires_on__gt=timezone.now()).select_related("account").first()


def use_link(key: UUID) -> SignInAccount | None:
    """Use a link up; None when it was used meanwhile, revoked, or is late."""
    return _used(SignInLink.objects.filter(pk=key))


def open_links(account: SignInAccount) -> QuerySet[SignInLink]:
    """The links of an account that still work, the one that works longest first."""
    links = SignInLink.objects.filter(account=account, used_on=None)
    return links.filter(expires_on__gt=timezone.now()).order_by("-expires_on")


def revoke_links(account: SignInAccount) -> int:
    """Make the links of an account that nobody used yet work no longer; says how many worked."""
    count = open_links(account).count()
    _unused([account]).delete()
    return count


def revoke_links_of_users(keys: Collection[UUID]) -> None:
    """Make the links of the accounts of these users work no longer; some hundred at a time."""
    _unused(SignInAccount.objects.filter(systemuser__in=keys)).delete()


def _unused(accounts: Collection[SignInAccount] | QuerySet[SignInAccount]) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(account__in=accounts, used_on=None)


def _used(links: QuerySet[SignInLink]) -> SignInAccount | None:
    now = timezone.now()
    # One table only: a condition on a joined one would not be looked at again by the second of
    # two updates that meet on PostgreSQL.
    if not links.filter(used_on=None, expires_on__gt=now).update(used_on=now):
        return None
    return links.select_related("account").get().account


def _is_ours(token: str) -> bool:
    return 0 < len(token) <= TOKEN_CHARS


def _digest(token: str, purpose: Purpose) -> str:
    # a token is URL-safe, so that no token of one purpose can spell that of another
    text = f"{purpose}:{token}" if purpose else token
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
