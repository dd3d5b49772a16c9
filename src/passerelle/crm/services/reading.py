"""Reading emails for pages: a page of a list, one attachment. Whoever calls has asked the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.services.raw import raw_bytes
from passerelle.faults.messages import PartNotFound
from passerelle.messages import extract

PAGE = 50


@dataclass(frozen=True, slots=True)
class Seek:
    """Where a page begins: below this email in the order of the list."""

    created_on: datetime
    activity_id: UUID


@dataclass(frozen=True, slots=True)
class EmailPage:
    """Some emails, the newest first, and where the next page begins; None at the end."""

    emails: Sequence[Email]
    following: Seek | None


def email_page(
    emails: QuerySet[Email], below: Seek | None = None, *, size: int = PAGE
) -> EmailPage:
    """One page by seek: its cost does not grow with its depth, and new mail moves no row."""
    if below is not None:
        # The bound stands alone, too, so that a database seeks in its index and does not scan it.
        emails = emails.filter(created_on__lte=below.created_on).filter(
            Q(created_on__lt=below.created_on)
            | Q(created_on=below.created_on, activity_id__lt=below.activity_id)
        )
    found = list(
        emails.defer("description", "html", "identity", "text_digest").order_by(
            "-created_on", "-activity_id"
        )[: size + 1]
    )
    last = found[size - 1] if len(found) > size else None
    return EmailPage(
        found[:size], Seek(last.created_on, last.activity_id) if last is not None else None
    )


def attachment_bytes(attachment: ActivityMimeAttachment) -> bytes:
    """The decoded octets, taken out of the raw message or the upload. Raises `PartNotFound`."""
    raw = attachment.raw or attachment.email.raw
    if raw is None or not raw.whole:
        raise PartNotFound(part=attachment.part)
    if attachment.raw is not None and not attachment.part:
        return raw_bytes(raw)
    return extract(raw_bytes(raw), attachment.part)
