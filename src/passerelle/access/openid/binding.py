"""An invitation that leads to the provider: used once, by the person at the invited address.

Decision 0028. The link says which account, the provider says who came; only when the verified
address is that of the account's user are issuer and subject bound to it. Whatever is refused
leaves the link as it was, so that the right person may still follow it.
"""

from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from passerelle.access.models import OpenIdProvider
from passerelle.access.openid.fetching import host_of
from passerelle.access.openid.matching import (
    is_same_address,
    known,
    remember,
    verified_address,
    with_rights,
)
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.faults.access import (
    AccessFault,
    AccountClosed,
    AddressDiffers,
    AddressNotVerified,
    IdentityTaken,
    LinkSpent,
)

log = structlog.get_logger()


def account_invited(provider: OpenIdProvider, claims: dict[str, Any], link: UUID) -> SignInAccount:
    """The account of the link, from now on known by this identity. Raises an `AccessFault`."""
    try:
        with transaction.atomic():
            account = crm.use_link(link)
            if account is None:
                raise LinkSpent
            if not account.is_active:
                raise AccountClosed
            _require_invited(account, claims, host_of(provider.issuer))
            _bind(provider, claims, account)
            return with_rights(provider, claims, account)
    except AccessFault as fault:
        log.warning("identity.not-linked", code=fault.code)
        raise


def _require_invited(account: SignInAccount, claims: dict[str, Any], host: str) -> None:
    address, user = verified_address(claims), account.systemuser
    if address is None:
        raise AddressNotVerified(host=host)
    if user is None or not is_same_address(user.internal_email_address, address):
        raise AddressDiffers(host=host)


def _bind(provider: OpenIdProvider, claims: dict[str, Any], account: SignInAccount) -> None:
    bound = known(provider, claims)
    if bound == account:
        return
    taken = IdentityTaken(host=host_of(provider.issuer))
    if bound is not None:
        raise taken
    try:
        with transaction.atomic():
            remember(provider, claims, account)
    except IntegrityError as error:  # bound meanwhile by another link
        raise taken from error
