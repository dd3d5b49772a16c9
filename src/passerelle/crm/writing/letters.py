"""What a person typed, as values; and from whose address somebody writes."""

from dataclasses import dataclass
from datetime import datetime

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.mail.emails import Priority

Writer = SystemUser | Queue


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed. With HTML, `text` is its plain alternative."""

    to: str
    subject: str
    text: str
    cc: str = ""
    bcc: str = ""
    html: str = ""
    priority: Priority = Priority.NORMAL
    send_after: datetime | None = None
    delivery_receipt: bool = False
    read_receipt: bool = False


def address_of(writer: Writer) -> str:
    """The address that a user or a queue writes from."""
    if isinstance(writer, SystemUser):
        return writer.internal_email_address
    return writer.email_address
