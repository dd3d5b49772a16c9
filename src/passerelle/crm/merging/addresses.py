"""The addresses of a merged record, which mean its master from then on.

What the master has no column for is kept beside its columns and means it all the same, until a
person says otherwise.
"""

from uuid import UUID

from django.db import transaction

from passerelle.crm.emails.regarding import Regarded
from passerelle.crm.models import EmailSearch
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services.addresses import kind_of
from passerelle.crm.services.audit_notes import Subject, note


def move_addresses(other: Regarded, master: UUID) -> None:
    """Have the addresses of a merged record mean its master. Two statements."""
    kind = kind_of(other)
    rows = EmailSearch.objects.filter(**{kind: other})
    known = EmailSearch.objects.filter(**{kind: master}).values("email_address")
    rows.filter(email_address__in=known).delete()
    rows.update(**{f"{kind}_id": master}, by_merge=True)


def further_addresses(record: Regarded) -> list[str]:
    """The addresses that mean the record by a merge and stand in none of its columns."""
    return list(
        EmailSearch.objects.filter(**{kind_of(record): record}, by_merge=True)
        .order_by("email_address")
        .values_list("email_address", flat=True)
    )


def drop_address(record: Regarded, address: str, by: str) -> bool:
    """Have such an address mean the record no more; whether it did."""
    kind = kind_of(record)
    rows = EmailSearch.objects.filter(**{kind: record}, by_merge=True, email_address=address)
    with transaction.atomic():
        count, _ = rows.delete()
        if count:
            note(
                AuditAction.RECORDS_MERGED,
                Subject(kind, record.pk),
                by,
                {"address_dropped": address},
            )
    return bool(count)
