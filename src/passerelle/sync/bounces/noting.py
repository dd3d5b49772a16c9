"""Write down what reports say of recipients, in the transaction that records the reports.

A report is a claim of whoever wrote it. It counts only for an email that was sent from here, and
only for somebody to whom that email went; a failure stands, and no delay that is told later or
again changes it. One query finds them and one changes them, however many reports there are; of
those who got it `confirming` writes.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models import DeadAddress
from passerelle.engine.services import crash_point
from passerelle.faults.mail.cycles import EmailBounced
from passerelle.messages import MailReport, Undelivered, key_of
from passerelle.sync.bounces.confirming import note_receipts
from passerelle.sync.bounces.finding import Found, deliveries_of, meant
from passerelle.sync.models import Delivery
from passerelle.sync.models.outgoing import Report

log = structlog.get_logger(__name__)

ACTIVITY = "bounces"  # of the alert at the email
CHUNK = 100  # reports a query; with the bounds of `messages` some 20,000 values at most
_FIELDS = ("report", "report_status", "report_reason", "reported_on")

Told = tuple[Delivery, Undelivered]


def note_reports(reports: Sequence[MailReport]) -> None:
    """Mark the deliveries, remember dead addresses, alert once an email. In a transaction."""
    told: list[Told] = []
    confirmed = 0
    for start in range(0, len(reports), CHUNK):
        chunk = reports[start : start + CHUNK]
        found = deliveries_of(chunk)
        told.extend(_news(chunk, found))
        confirmed += note_receipts(chunk, found)
    if told:
        _note_failures(told)
    if told or confirmed:
        crash_point("bounces.noted")


def _note_failures(told: Sequence[Told]) -> None:
    now = timezone.now()
    for delivery, undelivered in told:
        delivery.report = Report.BOUNCED if undelivered.for_good else Report.DELAYED
        delivery.report_status = undelivered.status
        delivery.report_reason = undelivered.reason
        delivery.reported_on = now
    Delivery.objects.bulk_update([delivery for delivery, _ in told], _FIELDS)
    _note_dead(told, now)
    _alert(told)


def _news(reports: Sequence[MailReport], found: Found) -> list[Told]:
    """The deliveries of which these reports say worse than is known, with the worst of each."""
    worst: dict[UUID, Told] = {}
    for report in reports:
        for undelivered in report.recipients:
            delivery = meant(report, undelivered, found)
            if delivery is None or not _is_news(delivery, undelivered):
                continue
            known = worst.get(delivery.pk)
            if not (known and known[1].for_good):
                worst[delivery.pk] = (delivery, undelivered)
    return list(worst.values())


def _is_news(delivery: Delivery, undelivered: Undelivered) -> bool:
    if delivery.report == Report.BOUNCED:
        return False
    return undelivered.for_good or delivery.report != Report.DELAYED


def _note_dead(told: Sequence[Told], now: datetime) -> None:
    dead = [
        DeadAddress(
            address=key_of(delivery.address),
            bounced_on=now,
            status=undelivered.status,
            reason=undelivered.reason,
            email_id=delivery.email_id,
        )
        for delivery, undelivered in told
        if undelivered.nobody_is_there
    ]
    if dead:
        crm.note_dead_addresses(dead)


def _alert(told: Sequence[Told]) -> None:
    """One alert an email, whose text names the last recipient; the page names them all."""
    failed = {delivery.email_id: each for each in told if each[1].for_good for delivery in each[:1]}
    for email, (delivery, undelivered) in failed.items():
        answer = f"{undelivered.status} {undelivered.reason}".strip() or "…"
        fault = EmailBounced(address=delivery.address, answer=answer)
        alerts.record(SubjectKind.EMAIL, email, ACTIVITY, fault)
        log.info("email.bounced", email=str(email), status=undelivered.status)
