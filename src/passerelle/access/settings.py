"""The settings of signing in: read, changed, audited."""

from collections.abc import Mapping
from typing import Any

import structlog

from passerelle.access.models import SignInSettings
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.people import Role
from passerelle.crm.services import Subject

log = structlog.get_logger()

SUBJECT = Subject("signinsettings")
CHANGEABLE = frozenset(
    {
        "second_factor_for_administrators",
        "second_factor_for_operators",
        "second_factor_for_users",
        "idle_minutes",
        "longest_hours",
    }
)


def sign_in_settings() -> SignInSettings:
    """The settings as they are stored now; the row is made at the first change."""
    return SignInSettings.objects.first() or SignInSettings()


def save_sign_in_settings(values: Mapping[str, Any], by: str) -> SignInSettings:
    """Change what is named. Raises `ValidationError`, by field."""
    stored, _detail = crm.change_only_row(
        SignInSettings,
        values,
        changeable=CHANGEABLE,
        action=AuditAction.SIGN_IN_CHANGED,
        subject=SUBJECT,
        by=by,
    )
    log.info("signin.changed", by=by, names=sorted(values))
    return stored


def wants_second_factor(account: SignInAccount, settings: SignInSettings | None = None) -> bool:
    """Whether accounts of this role need a second factor."""
    settings = settings or sign_in_settings()
    required = {
        Role.ADMINISTRATOR: settings.second_factor_for_administrators,
        Role.OPERATOR: settings.second_factor_for_operators,
        Role.USER: settings.second_factor_for_users,
    }
    return required.get(Role(account.role), False)
