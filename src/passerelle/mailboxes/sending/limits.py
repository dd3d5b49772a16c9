"""Limits of what is sent: those of a profile, and the list of domains, changed under audit.

They hold from the next email on. Whoever sends makes rates of them; here nothing is counted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.mailboxes.models import EmailServerProfile, SendingRate
from passerelle.mailboxes.services.profiles import update_profile
from passerelle.messages import parse_domain

log = structlog.get_logger()

MOST_DOMAINS = 200
# Exchange Online, of each mailbox: 30 messages a minute, 10,000 recipients in 24 hours
# (learn.microsoft.com, Exchange Online limits).
EXCHANGE_ONLINE = {"mailbox_emails_a_minute": 30, "mailbox_recipients_a_day": 10_000}
RECORD = "sendingrate"


@dataclass(frozen=True, slots=True)
class SendingLimit:
    """How many emails a minute and how many recipients a day; None: as many as there are."""

    emails_a_minute: int | None
    recipients_a_day: int | None


def limits_of_profile(profile: EmailServerProfile) -> tuple[SendingLimit, SendingLimit]:
    """Of each of its mailboxes, and of all of them together."""
    return (
        SendingLimit(profile.mailbox_emails_a_minute, profile.mailbox_recipients_a_day),
        SendingLimit(profile.emails_a_minute, profile.recipients_a_day),
    )


def limits_of_domains() -> Mapping[str, SendingLimit]:
    """Of every domain on the list. One query."""
    columns = SendingRate.objects.values_list("domain", "emails_a_minute", "recipients_a_day")
    return {domain: SendingLimit(minute, day) for domain, minute, day in columns}


def sending_rates() -> QuerySet[SendingRate]:
    """The list of domains, in no order."""
    return SendingRate.objects.all()


def add_sending_rate(domain: str, limit: SendingLimit, by: str) -> SendingRate:
    """Limit what is sent to a domain. Raises `ValidationError`, by field."""
    row = SendingRate(
        domain=_known_as(domain),
        emails_a_minute=limit.emails_a_minute,
        recipients_a_day=limit.recipients_a_day,
        created_by=by,
    )
    if limit == SendingLimit(None, None):
        raise ValidationError({"emails_a_minute": _("Enter at least one of the two limits.")})
    if SendingRate.objects.count() >= MOST_DOMAINS:
        raise ValidationError(_("The list holds {most} domains at most.").format(most=MOST_DOMAINS))
    row.full_clean()
    with transaction.atomic():
        row.save(force_insert=True)
        _audit(row, by, "added")
    log.info("sending.rate-added", by=by)
    return row


def remove_sending_rate(key: UUID, by: str) -> bool:
    """Limit it no more; False where it is not on the list."""
    with transaction.atomic():
        row = SendingRate.objects.select_for_update().filter(pk=key).first()
        if row is None:
            return False
        _audit(row, by, "removed")
        row.delete()
    log.info("sending.rate-removed", by=by)
    return True


def limit_as_exchange_online(profile: EmailServerProfile, by: str) -> EmailServerProfile:
    """Give the mailboxes of a profile the limits that Exchange Online has."""
    return update_profile(profile, by=by, **EXCHANGE_ONLINE)


def _known_as(text: str) -> str:
    """A domain as addresses are compared. Raises `ValidationError`."""
    domain = parse_domain(text)
    if not domain:
        raise ValidationError({"domain": _("This is no domain. Write it as example.com.")})
    return domain


def _audit(row: SendingRate, by: str, what: str) -> None:
    limits: Collection[int | None] = (row.emails_a_minute, row.recipients_a_day)
    told = {what: f"{row.domain} {' / '.join(str(one or '–') for one in limits)}"}
    crm.note(AuditAction.SETTINGS_CHANGED, Subject(RECORD), by, told)
