"""Write down that an email arrived or was read, where its sender had asked to be told.

The first word of a kind stands, with the time that the report bears, within reason: neither before
the email was handed over nor later than now. A receipt says nothing of the next recipient, and no
receipt takes a failure back: the page shows both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from passerelle.crm.models import Email
from passerelle.messages import MailReport, Receipt
from passerelle.sync.bounces.finding import Found, meant
from passerelle.sync.models import Delivery

_COLUMNS: Mapping[Receipt, str] = {
    Receipt.PASSED_ON: "passed_on",
    Receipt.ARRIVED: "arrived_on",
    Receipt.READ: "read_on",
    Receipt.DELETED: "deleted_on",
}
_OF_READERS = frozenset({Receipt.READ, Receipt.DELETED})


def note_receipts(reports: Sequence[MailReport], found: Found) -> int:
    """Mark the deliveries, in one statement; says how many changed. In a transaction."""
    now = timezone.now()
    changed: dict[object, Delivery] = {}
    for report in reports:
        for confirmed in report.confirmed:
            delivery = meant(report, confirmed, found)
            if delivery is None or not _was_asked_for(delivery.email, confirmed.receipt):
                continue
            column = _COLUMNS[confirmed.receipt]
            if getattr(delivery, column) is None:
                setattr(delivery, column, _moment(report, delivery.email, now))
                changed[delivery.pk] = delivery
    if changed:
        Delivery.objects.bulk_update(changed.values(), [*_COLUMNS.values()])
    return len(changed)


def _was_asked_for(email: Email, receipt: Receipt) -> bool:
    if receipt in _OF_READERS:
        return email.read_receipt_requested
    return email.delivery_receipt_requested or email.read_receipt_requested


def _moment(report: MailReport, email: Email, now: datetime) -> datetime:
    written, sent = report.written_on, email.sent_on or email.created_on
    return min(max(written, sent), now) if written is not None else now
