"""The system relay as it is stored: read, changed, with a password that is only written."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults import Secret
from passerelle.mailboxes.models import Credential, SystemRelay
from passerelle.mailboxes.services.hosts import is_host
from passerelle.mailboxes.signing_in.credentials import set_password

log = structlog.get_logger()

SUBJECT = Subject("systemrelay")
CHANGEABLE = frozenset({"host", "port", "security", "verify", "sender_address", "sender_name"})


def system_relay() -> SystemRelay:
    """The relay as it is stored now; the row is made at the first call."""
    found = SystemRelay.objects.select_related("credential").first()
    return found or SystemRelay.objects.get_or_create(only=True)[0]


def save_relay(
    values: Mapping[str, Any], *, username: str, password: Secret | None, by: str
) -> SystemRelay:
    """Change what is named, and the credentials. Raises `ValidationError`, by field.

    Without a user name the relay is used without signing in, and what was stored is deleted.
    Without a password the stored one stays.
    """
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a relay has no {', '.join(sorted(unknown))} to change")
    system_relay()
    with transaction.atomic():
        stored = SystemRelay.objects.select_for_update().get(only=True)
        before = crm.plain_values(stored, values.keys())
        for name, value in values.items():
            setattr(stored, name, value.strip() if isinstance(value, str) else value)
        _check(stored)
        stored.full_clean()
        renewed = _put_credential(stored, username.strip(), password)
        stored.save()
        detail: dict[str, Any] = dict(crm.changes(before, stored))
        if detail or renewed:
            if renewed:
                detail["credentials"] = True
            crm.note(AuditAction.RELAY_CHANGED, SUBJECT, by, detail)
    log.info("relay.changed", by=by, names=sorted(detail))
    return stored


def _put_credential(relay: SystemRelay, username: str, password: Secret | None) -> bool:
    """Whether the relay signs in otherwise from now on."""
    held = relay.credential
    if not username:
        if password:
            raise ValidationError({"username": gettext("Enter the user name.")})
        relay.credential = None
        if held is not None:
            Credential.objects.filter(pk=held.pk).delete()
        return held is not None
    if password is None and (held is None or held.username != username):
        raise ValidationError({"password": gettext("Enter the password of this user name.")})
    relay.credential = set_password(held, username, password)
    return held is None or held.version != relay.credential.version


def _check(relay: SystemRelay) -> None:
    errors: dict[str, list[str]] = {}
    if relay.host and not is_host(relay.host):
        errors["host"] = [gettext("Enter the name of the server alone, as in mail.example.com.")]
    if relay.host and not relay.sender_address:
        errors["sender_address"] = [gettext("Enter the address that this mail comes from.")]
    if not relay.sender_name.isprintable():
        errors["sender_name"] = [gettext("A name holds no line breaks or control characters.")]
    if errors:
        raise ValidationError(errors)
