"""Reading emails for pages: the bytes of one attachment. Whoever calls has asked the right."""

from passerelle.crm.emails.raw import raw_bytes
from passerelle.crm.models import ActivityMimeAttachment
from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import extract


def attachment_bytes(attachment: ActivityMimeAttachment) -> bytes:
    """The decoded octets, taken out of the raw message or the upload. Raises `PartNotFound`."""
    raw = attachment.raw or attachment.email.raw
    if raw is None or not raw.whole:
        raise PartNotFound(part=attachment.part)
    if attachment.raw is not None and not attachment.part:
        return raw_bytes(raw)
    return extract(raw_bytes(raw), attachment.part)
