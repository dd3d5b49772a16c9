"""One-time links: whoever holds the token signs in as the account, once, within its time.

Only a digest of the token is stored, so that a copy of the database lets nobody in. A token is
used by a conditional update, so that two people who follow one link cannot both get in.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from passerelle.crm.models import SignInAccount, SignInLink

LIFETIME = timedelta(hours=1)
TOKEN_BYTES = 32
TOKEN_CHARS = 200  # a longer one is not ours and is not even hashed


def sign_in_link(account: SignInAccount, *, lifetime: timedelta = LIFETIME) -> str:
    """A new token for the account; the address around it is made by the caller."""
    now = timezone.now()
    SignInLink.objects.filter(expires_on__lt=now - timedelta(days=1)).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    SignInLink.objects.create(
        account=account, token_digest=_digest(token), expires_on=now + lifetime
    )
    return token


def redeem(token: str) -> SignInAccount | None:
    """The account that the token signs in; None when it is unknown, used, late or inactive."""
    if not token or len(token) > TOKEN_CHARS:
        return None
    digest, now = _digest(token), timezone.now()
    # One table only: a condition on a joined one would not be looked at again by the second of
    # two updates that meet on PostgreSQL.
    used = SignInLink.objects.filter(token_digest=digest, used_on=None, expires_on__gt=now).update(
        used_on=now
    )
    if not used:
        return None
    account = SignInLink.objects.select_related("account").get(token_digest=digest).account
    return account if account.is_active else None


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


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
