"""Which deliveries reports are about: of emails sent from here, to those to whom they went.

A report is a claim of whoever wrote it, and changes nothing else. One query, however many there
are.
"""

from collections.abc import Mapping, Sequence

from django.db.models.functions import Lower

from passerelle.messages import Confirmed, MailReport, Undelivered
from passerelle.sync.models import Delivery

ID_CHARS = 320  # of `email.messageid`

Found = Mapping[tuple[str, str], Delivery]  # by Message-ID, and address in lower case


def deliveries_of(reports: Sequence[MailReport]) -> Found:
    """Held until the transaction ends."""
    ids = {one[:ID_CHARS] for report in reports for one in report.original_ids}
    addresses = {
        address for report in reports for told in report.told for address in told.addresses
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


def meant(report: MailReport, told: Undelivered | Confirmed, found: Found) -> Delivery | None:
    """The delivery to whom this is told, by the surest name that fits."""
    keys = ((one[:ID_CHARS], address) for one in report.original_ids for address in told.addresses)
    return next((found[key] for key in keys if key in found), None)
