"""What of an email is read from its raw message when somebody looks: HTML, header fields."""

from passerelle.crm.models import Email
from passerelle.crm.services.raw import raw_bytes
from passerelle.messages import Field, Letter, header_fields, letter_of

# A page is made while somebody waits; of a larger message its text is shown, and the download.
LARGEST_BYTES = 30_000_000


def html_letter(email: Email) -> Letter | None:
    """The HTML of an email; None when it has none, or its raw message is gone or too large."""
    raw = email.raw
    if raw is None or not raw.whole or raw.size > LARGEST_BYTES:
        return None
    return letter_of(raw_bytes(raw))


def headers_of(email: Email) -> list[Field]:
    """The header fields of an email; none when its raw message is gone or too large."""
    raw = email.raw
    if raw is None or raw.size > LARGEST_BYTES:
        return []
    return header_fields(raw_bytes(raw))
