"""System settings, the Email tab: read, changed, and the one switch apart from them.

`process email using` is not changed by the form: `switch_processing` does that, on its own.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.mailboxes.models import Mailbox, ProcessingSwitch, SystemSettings
from passerelle.mailboxes.models.choices import DeliveryMethod, ProcessEmailUsing
from passerelle.mailboxes.services.processing import current_settings, schedule
from passerelle.mailboxes.services.records import some_forward_mailbox
from passerelle.mailboxes.services.switching import switch_preview
from passerelle.mailboxes.tracking.storing import remember_format
from passerelle.mailboxes.tracking.tokens import token_format

log = structlog.get_logger()

SUBJECT = Subject("systemsettings")

# What the form changes; the switch and what it notes are changed by `switch_processing` only.
CHANGEABLE = frozenset(
    {
        "default_profile",
        "default_incoming",
        "default_outgoing",
        "require_approval_for_users",
        "require_approval_for_queues",
        "use_correlation",
        "use_tracking_token",
        "tracking_prefix",
        "tracking_base",
        "tracking_user_digits",
        "tracking_counter_digits",
        "track_internal_twice",
        "allow_unresolved_recipients",
        "polling_seconds",
        "host_connections",
        "host_sign_ins",
        "refused_tries_per_day",
        "largest_message_mb",
        "largest_attachment_kb",
        "largest_attachments_mb",
        "blocked_attachments",
        "limit_received_attachments",
        "mark_tracked",
        "tracked_keyword",
    }
)


def system_settings() -> SystemSettings:
    """The settings as they are stored now; the row is made at the first call."""
    return current_settings()


def save_settings(values: Mapping[str, Any], by: str) -> SystemSettings:
    """Change what is named. Raises `ValidationError`, by field."""
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"no settings to change: {', '.join(sorted(unknown))}")
    current_settings()
    with transaction.atomic():
        stored = SystemSettings.objects.select_for_update().get(only=True)
        before = crm.plain_values(stored, values.keys())
        former = token_format(stored)
        changed = [name for name, value in values.items() if getattr(stored, name) != value]
        for name in changed:
            setattr(stored, name, values[name])
        _check(stored)
        stored.full_clean()
        stored.save()
        crm.note_changes(AuditAction.SETTINGS_CHANGED, SUBJECT, by, before, stored)
        if {"tracking_prefix", "tracking_user_digits", "tracking_counter_digits"} & set(changed):
            remember_format(former, by)
        if {"require_approval_for_users", "require_approval_for_queues"} & set(changed):
            schedule(Mailbox.objects.all())  # some no longer wait for an approval
    log.info("settings.changed", by=by, names=sorted(changed))
    return stored


def switch_processing(to: ProcessEmailUsing, by: str, checks: Iterable[str] = ()) -> SystemSettings:
    """Say who processes email from now on; the caller makes sure that an administrator does.

    Towards server-side synchronization all enabled mailboxes are asked for at once. Back to the
    router nothing is stopped by force: each cycle looks at the switch before it begins, and rests.
    `checks` are the keys of what was ticked for it; they are kept with the person and the date.
    """
    current_settings()
    begins = switch_preview()
    with transaction.atomic():
        stored = SystemSettings.objects.select_for_update().get(only=True)
        if stored.process_email_using == to:
            return stored
        before = crm.plain_values(stored, ["process_email_using"])
        ours = to == ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION
        stored.process_email_using = to
        stored.processing_since = timezone.now() if ours else None
        stored.save(update_fields=["process_email_using", "processing_since"])
        crm.note(AuditAction.PROCESSING_SWITCHED, SUBJECT, by, crm.changes(before, stored))
        ProcessingSwitch.objects.create(
            to=to,
            switched_on=timezone.now(),
            switched_by=by,
            checks=list(checks),
            mailboxes=begins.mailboxes if ours else 0,
            waiting=begins.waiting if ours else 0,
        )
        if ours:
            schedule(Mailbox.objects.all())
    log.info("settings.processing-switched", by=by, to=ProcessEmailUsing(to).name.lower())
    return stored


def file_rules(settings: SystemSettings) -> crm.FileRules:
    """What may be attached to an email that is written here."""
    blocked = settings.blocked_attachments.replace(";", " ").lower().split()
    return crm.FileRules(
        file_bytes=settings.largest_attachment_kb * 1_024,
        total_bytes=settings.largest_attachments_mb * 1_024 * 1_024,
        blocked=frozenset(blocked),
    )


def received_file_rules(settings: SystemSettings) -> crm.FileRules:
    """What of received email is handed out: no blocked kind; by size only where it is limited."""
    rules = file_rules(settings)
    return rules if settings.limit_received_attachments else replace(rules, file_bytes=sys.maxsize)


def _check(settings: SystemSettings) -> None:
    if settings.default_incoming == DeliveryMethod.FORWARD and not some_forward_mailbox():
        raise ValidationError({"default_incoming": gettext("Make a forward mailbox first.")})
    if settings.default_outgoing == DeliveryMethod.FORWARD:
        raise ValidationError(
            {"default_outgoing": gettext("Outgoing email never goes through a forward mailbox.")}
        )
