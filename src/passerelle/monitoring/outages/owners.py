"""Tells owners of profiles by email that at least half of the mailboxes fail, once an outage.

What is told is committed with its notice in one transaction; the notices then deliver it as they
deliver all others. An owner whom the notices' own settings name hears of it that way, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.engine.services import Lease, ask, crash_point, fence
from passerelle.faults import Fault
from passerelle.faults.monitoring import MailboxesFail
from passerelle.faults.notices import OwnerWithoutAddress
from passerelle.faults.relay import RelayMissing
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.services import system_relay
from passerelle.monitoring.models import (
    Channel,
    Notice,
    NoticeDelivery,
    NoticeSettings,
    ToldOwner,
)
from passerelle.monitoring.notices import kind as notices
from passerelle.monitoring.notices.planning import HOUR, OpenCause, plan
from passerelle.monitoring.notices.storing import notice_settings
from passerelle.monitoring.notices.telling import entry
from passerelle.monitoring.notices.work import pace_of
from passerelle.monitoring.outages import kind

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Known:
    """What one profile's owner is to know, and knows."""

    open_now: list[Alert] = field(default_factory=list)
    told: list[ToldOwner] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)


def why_not_told(profile: EmailServerProfile) -> list[Fault]:
    """What keeps an email from the owner of a profile that wants one; the page shows it."""
    if not profile.send_email_alert:
        return []
    found: list[Fault] = []
    if not address_of(profile):
        found.append(OwnerWithoutAddress(profile=profile.name))
    if not system_relay().is_ready:
        found.append(RelayMissing())
    return found


def address_of(profile: EmailServerProfile) -> str:
    """Where its owner is written to; "" where nobody can be."""
    owner = profile.owner
    return "" if owner is None or owner.is_disabled else owner.internal_email_address


def open_outages() -> list[Alert]:
    """The open alerts that owners hear of."""
    found = Alert.objects.filter(
        subject_kind=SubjectKind.PROFILE, activity=kind.ACTIVITY, closed_on=None
    )
    return list(found.order_by("opened_on", "pk"))


def tell_owners(lease: Lease, now: datetime) -> None:
    """Queue what owners are to be told now. Waits while no relay is named."""
    known = _known(now)
    if not known or not system_relay().is_ready:
        return
    settings = notice_settings()
    profiles = EmailServerProfile.objects.select_related("owner").in_bulk(list(known))
    with transaction.atomic():
        fence(lease)
        queued = [_tell(settings, profiles.get(key), one, now) for key, one in known.items()]
        if any(queued):
            ask(notices.KIND, notices.KEY)
    crash_point(kind.QUEUED)


def _known(now: datetime) -> Mapping[UUID, Known]:
    """By profile, in three queries; only profiles of which there is anything open or told."""
    found: defaultdict[UUID, Known] = defaultdict(Known)
    for alert in open_outages():
        found[alert.subject_id].open_now.append(alert)
    for told in ToldOwner.objects.all():
        found[told.profile_id].told.append(told)
    lately = Notice.objects.filter(created_on__gt=now - HOUR, profile_id__in=list(found))
    for notice in lately:
        if notice.profile_id is not None:
            found[notice.profile_id].sent.append(notice.created_on)
    return found


def _tell(
    settings: NoticeSettings, profile: EmailServerProfile | None, known: Known, now: datetime
) -> bool:
    """Store what one owner hears now; whether there is an email to send."""
    open_now = {str(alert.pk): alert for alert in known.open_now}
    over = {str(one.pk): one for one in known.told if str(one.pk) not in open_now}
    address = address_of(profile) if profile is not None and profile.send_email_alert else ""
    if profile is None or not address:
        _forget(over.values())
        return False
    planned = plan(
        [OpenCause(key, alert.level, alert.opened_on) for key, alert in open_now.items()],
        {str(one.pk): one.told_on for one in known.told},
        known.sent,
        pace_of(settings, AlertLevel.INFORMATION),  # whoever wants it has said so in the profile
        now,
    )
    if not settings.tell_closed:
        _forget(over.values())
    if planned.is_empty:
        return False
    opened = [open_now[key] for key in planned.opened]
    closed = [over[key] for key in planned.closed]
    ToldOwner.objects.bulk_create(
        ToldOwner(alert_id=one.pk, profile_id=profile.pk, facts=one.facts, told_on=now)
        for one in opened
    )
    _forget(closed)
    if address.casefold() in {one.casefold() for one in settings.addresses}:
        return False
    _queue(profile.pk, address, opened, closed, now)
    return True


def _queue(
    profile_id: UUID,
    address: str,
    opened: Iterable[Alert],
    closed: Iterable[ToldOwner],
    now: datetime,
) -> None:
    content = {
        "opened": [
            entry(str(one.pk), MailboxesFail.code, one.facts, level=one.level) for one in opened
        ],
        "closed": [entry(str(one.pk), MailboxesFail.code, one.facts) for one in closed],
    }
    notice = Notice.objects.create(created_on=now, content=content, profile_id=profile_id)
    NoticeDelivery.objects.create(notice=notice, channel=Channel.MAIL, target=address)
    log.info("owner.told", profile=str(profile_id))


def _forget(over: Iterable[ToldOwner]) -> None:
    if keys := [one.pk for one in over]:
        ToldOwner.objects.filter(pk__in=keys).delete()
