"""What of an email is shown when somebody looks: its text, its HTML, its header fields."""

from functools import partial

from passerelle.crm.emails.raw import raw_bytes
from passerelle.crm.emails.reading import attachment_bytes
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.writing.contents import files_that_go
from passerelle.crm.writing.drafts import EDITABLE
from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import (
    Checks,
    Field,
    Folded,
    Letter,
    checks_of,
    fold_text,
    header_fields,
    letter_of,
    written_letter,
)
from passerelle.tracking import is_forward

# A page is made while somebody waits; of a larger message its text is shown, and the download.
LARGEST_BYTES = 30_000_000


def drags_along(email: Email) -> bool:
    """Whether earlier messages in its text are only dragged along.

    Of a forward they are the matter itself: mail programs write both alike, but for the subject.
    """
    return not is_forward(email.subject)


def folded_text(email: Email) -> Folded:
    """The text, with earlier messages that it drags along apart."""
    return fold_text(email.description) if drags_along(email) else Folded(email.description)


def html_letter(email: Email) -> Letter | None:
    """The HTML of an email; None when it has none, or its raw message is gone or too large.

    Of what is written here and not on its way, the HTML as it stands in the draft.
    """
    raw = email.raw
    if email.html and (raw is None or email.statuscode in EDITABLE):
        return _letter_as_written(email)
    if raw is None or not raw.whole or raw.size > LARGEST_BYTES:
        return None
    return letter_of(raw_bytes(raw))


def _letter_as_written(email: Email) -> Letter:
    images = [row for row in files_that_go(email) if row.content_id]
    return written_letter(
        email.html,
        ((one.content_id, one.mimetype, one.filesize, partial(_octets, one)) for one in images),
    )


def _octets(image: ActivityMimeAttachment) -> bytes:
    try:
        return attachment_bytes(image)
    except PartNotFound:  # the message that it was quoted from is gone
        return b""


def headers_of(email: Email) -> list[Field]:
    """The header fields of an email; none when its raw message is gone or too large."""
    raw = email.raw
    if raw is None or raw.size > LARGEST_BYTES:
        return []
    return header_fields(raw_bytes(raw))


def sender_checks(email: Email, server: str) -> Checks | None:
    """What the server of that name wrote of the sender; None when it wrote nothing."""
    raw = email.raw
    if not server or raw is None or raw.size > LARGEST_BYTES:
        return None
    return checks_of(raw_bytes(raw), server)
