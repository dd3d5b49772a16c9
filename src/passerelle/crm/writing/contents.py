"""What stands in an email that is written here: its HTML, as far as it may leave, and its text.

The images of a draft are rows beside its files, each with the Content-ID by which the HTML shows
it. One that the text shows no more stays with the draft, as taking back a step of the editor may
bring it back; when the email is composed it does not go along.
"""

from collections.abc import Iterable

from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.messages import allowed_html, clean, images_in, written_text

TEXT_CHARS = 1_000_000


def image_ids(email: Email) -> list[str]:
    """The Content-IDs of the images that its HTML may show."""
    found = email.attachments.exclude(content_id="").order_by("number")
    return list(found.values_list("content_id", flat=True))


def put_text(email: Email, html: str, text: str, images: Iterable[str]) -> None:
    """Put what was written into the email; `text` counts where there is no HTML."""
    email.html = allowed_html(html, {one: one for one in images})
    written = written_text(email.html) if email.html else clean(text)
    email.description = written[:TEXT_CHARS]


def is_unused(row: ActivityMimeAttachment, shown: frozenset[str]) -> bool:
    """Whether it is an image that the text shows no more."""
    return bool(row.content_id) and row.content_id not in shown


def files_that_go(email: Email) -> list[ActivityMimeAttachment]:
    """The files of an email and the images that its text shows, in order."""
    shown = images_in(email.html)
    rows = email.attachments.select_related("email__raw", "raw").order_by("number")
    return [row for row in rows if not is_unused(row, shown)]
