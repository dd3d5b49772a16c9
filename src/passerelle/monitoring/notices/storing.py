"""Who is told, as it is stored: read, changed, with a secret that is only written."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.faults import Fault, Secret
from passerelle.mailboxes.services import set_password
from passerelle.monitoring.models import NoticeSettings
from passerelle.monitoring.notices.kind import KEY, KIND
from passerelle.monitoring.notices.webhook import check_address

log = structlog.get_logger()

SUBJECT = Subject("noticesettings")
ADDRESSES_MAX = 20
HOLDER = "webhook"  # the user name of the credential that holds the secret
CHANGEABLE = frozenset(
    {
        "mail_to",
        "webhook_url",
        "lowest_level",
        "gather_seconds",
        "most_per_hour",
        "tell_closed",
        "language",
    }
)


def notice_settings() -> NoticeSettings:
    """As they are stored now; the row is made at the first call."""
    found = NoticeSettings.objects.select_related("webhook_secret").first()
    return found or NoticeSettings.objects.get_or_create(only=True)[0]


def save_notice_settings(
    values: Mapping[str, Any], *, secret: Secret | None, by: str
) -> NoticeSettings:
    """Change what is named. Without a secret the stored one stays. Raises `ValidationError`."""
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"notices have no {', '.join(sorted(unknown))} to change")
    notice_settings()
    with transaction.atomic():
        stored = NoticeSettings.objects.select_for_update().get(only=True)
        before = crm.plain_values(stored, values.keys())
        for name, value in values.items():
            setattr(stored, name, value.strip() if isinstance(value, str) else value)
        _check(stored)
        stored.full_clean()
        if secret is not None:
            stored.webhook_secret = set_password(stored.webhook_secret, HOLDER, secret)
        stored.save()
        detail: dict[str, Any] = dict(crm.changes(before, stored))
        if secret is not None:
            detail["secret"] = True
        if detail:
            crm.note(AuditAction.NOTICES_CHANGED, SUBJECT, by, detail)
        ask(KIND, KEY)
    log.info("notices.changed", by=by, names=sorted(detail))
    return stored


def _check(stored: NoticeSettings) -> None:
    errors: dict[str, list[str]] = {}
    addresses = stored.addresses
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            errors["mail_to"] = [gettext("%s is no email address.") % address]
    if len(addresses) > ADDRESSES_MAX:
        errors["mail_to"] = [gettext("At most 20 addresses; use a list of your mail server.")]
    if stored.webhook_url:
        try:
            check_address(stored.webhook_url)
        except Fault:
            errors["webhook_url"] = [
                gettext("Enter an address that begins with https:// or http:// and names a host.")
            ]
    if errors:
        raise ValidationError(errors)
