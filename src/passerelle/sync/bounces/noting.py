"""Write down what reports say of recipients, in the transaction that records the reports.

A report is a claim of whoever wrote it. It counts only for an email that was sent from here, and
only for somebody to whom that email went; a failure stands, and no delay that is told later or
again changes it. One query finds them and one changes them, however many reports there are.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models.functions import Lower
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models import DeadAddress
from passerelle.engine.services import crash_point
from passerelle.faults.cycles import EmailBounced
from passerelle.messages import Bounce, Undelivered, key_of
from passerelle.sync.models import Delivery
from passerelle.sync.models.outgoing import Report

log = structlog.get_logger(__name__)

ACTIVITY = "bounces"  # of the alert at the email
ID_CHARS = 320  # of `email.messageid`
CHUNK = 100  # reports a query; with the bounds of `messages` some 20,000 values at most
_FIELDS = ("report", "report_status", "report_reason", "reported_on")

Told = tuple[Delivery, Undelivered]


def note_bounces(bounces: Sequence[Bounce]) -> None:
    """Mark the deliveries, remember dead addresses, alert once an email. In a transaction."""
    chunks = (bounces[start : start + CHUNK] for start in range(0, len(bounces), CHUNK))
    told = [each for chunk in chunks for each in _news(chunk)]
    if not told:
        return
    now = timezone.now()
    for delivery, undelivered in told:
        delivery.report = Report.BOUNCED if undelivered.for_good else Report.DELAYED
        delivery.report_status = undelivered.status
        delivery.report_reason = undelivered.reason
        delivery.reported_on = now
    Delivery.objects.bulk_update([delivery for delivery, _ in told], _FIELDS)
    _note_dead(told, now)
    _alert(told)
    crash_point("bounces.noted")


def _news(bounces: Sequence[Bounce]) -> list[Told]:
    """The deliveries of which these reports say worse than is known, with the worst of each."""
    found = _deliveries(bounces)
    worst: dict[UUID, Told] = {}
    for bounce in bounces:
        for delivery, undelivered in _matches(bounce, found):
            known = worst.get(delivery.pk)
            if _is_news(delivery, undelivered) and not (known and known[1].for_good):
                worst[delivery.pk] = (delivery, undelivered)
    return list(worst.values())


def _deliveries(bounces: Sequence[Bounce]) -> dict[tuple[str, str], Delivery]:
    """By Message-ID of an email sent from here, and address; held until the transaction ends."""
    ids = {one[:ID_CHARS] for bounce in bounces for one in bounce.original_ids}
    addresses = {
        address
        for bounce in bounces
        for undelivered in bounce.recipients
        for address in undelivered.addresses
    }
    if not ids:
        return {}
    rows = (
        Delivery.objects.filter(email__message_id__in=ids, email__direction_code=True)
        .annotate(key=Lower("address"))
        .filter(key__in=addresses)
        .select_related("email")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    return {(row.email.message_id, row.key): row for row in rows}


def _matches(bounce: Bounce, found: dict[tuple[str, str], Delivery]) -> Iterator[Told]:
    for undelivered in bounce.recipients:
        keys = (
            (one[:ID_CHARS], address)
            for one in bounce.original_ids
            for address in undelivered.addresses
        )
        delivery = next((found[key] for key in keys if key in found), None)
        if delivery is not None:
            yield delivery, undelivered


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
