"""The provider as it is stored: read, changed, with a secret that is only written."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.access.models import GroupRole, OpenIdProvider
from passerelle.access.models.openid import LocalSignIn
from passerelle.access.openid.fetching import host_of, is_safe_address
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import Role
from passerelle.crm.services import Subject
from passerelle.faults import Secret
from passerelle.mailboxes.services import set_password

log = structlog.get_logger()

SUBJECT = Subject("openidprovider")
CHANGEABLE = frozenset(
    {
        "enabled",
        "label",
        "issuer",
        "client_id",
        "scopes",
        "group_claim",
        "reading_group",
        "creates_accounts",
        "matches_email",
        "local_sign_in",
    }
)
GROUP_CHARS = 200
MOST_GROUPS = 200


def openid_provider() -> OpenIdProvider:
    """The provider as it is stored now; the row is made at the first change."""
    return OpenIdProvider.objects.select_related("credential").first() or OpenIdProvider()


def provider_name() -> str:
    """What people call the provider, in the active language."""
    provider = openid_provider()
    return provider.label or host_of(provider.issuer)


def group_roles() -> dict[str, Role]:
    """Which group has which role."""
    return {one.group: Role(one.role) for one in GroupRole.objects.all()}


def may_sign_in_locally(account: SignInAccount) -> bool:
    """Whether this account may use a user name and a password."""
    provider = openid_provider()
    if not provider.enabled or provider.local_sign_in == LocalSignIn.EVERYBODY:
        return True
    return account.is_administrator


def save_openid_provider(
    values: Mapping[str, Any], *, groups: Mapping[str, Role], secret: Secret | None, by: str
) -> OpenIdProvider:
    """Change the provider and its groups; without a secret the stored one stays.

    Raises `ValidationError`, by field.
    """
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a provider has no {', '.join(sorted(unknown))} to change")
    OpenIdProvider.objects.get_or_create(only=True)
    with transaction.atomic():
        stored = OpenIdProvider.objects.select_for_update().get(only=True)
        before = crm.plain_values(stored, values.keys())
        for name, value in values.items():
            setattr(stored, name, value.strip() if isinstance(value, str) else value)
        _check(stored, groups)
        stored.full_clean()
        if secret:
            stored.credential = set_password(stored.credential, stored.client_id, secret)
        stored.save()
        detail: dict[str, Any] = dict(crm.changes(before, stored))
        if secret:
            detail["secret"] = True
        if (old := group_roles()) != groups:
            detail["groups"] = [len(old), len(groups)]
            GroupRole.objects.all().delete()
            rows = [GroupRole(group=name, role=role) for name, role in groups.items()]
            GroupRole.objects.bulk_create(rows)
        if detail:
            crm.note(AuditAction.SIGN_IN_CHANGED, SUBJECT, by, detail)
    log.info("openid.changed", by=by, names=sorted(detail))
    return stored


def _check(provider: OpenIdProvider, groups: Mapping[str, Role]) -> None:
    errors: dict[str, list[str]] = {}
    if provider.issuer and not is_safe_address(provider.issuer):
        errors["issuer"] = [gettext("Enter an address that begins with https://.")]
    if provider.enabled and not provider.issuer:
        errors["issuer"] = [gettext("Enter the address of the provider.")]
    if provider.enabled and not provider.client_id:
        errors["client_id"] = [gettext("Enter the ID by which the provider knows Passerelle.")]
    if not provider.client_id.isprintable() or not provider.client_id.isascii():
        errors["client_id"] = [gettext("This is no client ID.")]
    if "openid" not in provider.scopes.split():
        errors["scopes"] = [gettext("One of the scopes has to be openid.")]
    if len(groups) > MOST_GROUPS or any(len(name) > GROUP_CHARS for name in groups):
        errors["groups"] = [gettext("These are too many groups, or their names are too long.")]
    if errors:
        raise ValidationError(errors)
