"""Images in the text of a draft: a person's own, and those of an email that is quoted.

One's own are known by their octets. A quoted one is carried as files of a forward are: its bytes
stay in the message that it came with until the draft is composed. Nothing is fetched from anywhere.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext

from passerelle.crm.emails.raw import raw_bytes
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.writing.attachments import (
    FILES,
    Carried,
    FileRules,
    Upload,
    carry_files,
    checked_file,
    count_files,
    refused,
    store_files,
)
from passerelle.crm.writing.contents import image_ids, put_text
from passerelle.crm.writing.drafts import locked_draft
from passerelle.messages import (
    PICTURE_BYTES,
    PICTURES_BYTES,
    Message,
    extract_each,
    image_of,
    named_images,
    new_content_id,
    text_to_html,
    with_images,
)


@dataclass(frozen=True, slots=True)
class QuotedImages:
    """The images that the HTML of an earlier email shows, as far as they are carried along."""

    # The Content-ID that each has in the draft, by the one that it had.
    ids: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[int, Carried] = field(default_factory=dict)  # by the number of the file


def add_images(
    email: Email, uploads: Sequence[Upload], rules: FileRules
) -> list[ActivityMimeAttachment]:
    """Keep images with a draft, for its text to show. Raises `ValidationError`, and keeps none.

    Until the text shows them nothing that is sent has changed, and so no revision is counted: the
    editor adds images while it saves the text.
    """
    with transaction.atomic():
        stored = locked_draft(email)
        made = _stored_images(stored, uploads, rules)
        count_files(stored)
    return made


def insert_images(email: Email, uploads: Sequence[Upload], rules: FileRules) -> Email:
    """Show images at the end of what is written, above a quotation. Raises `ValidationError`."""
    with transaction.atomic():
        stored = locked_draft(email)
        made = _stored_images(stored, uploads, rules)
        html = stored.html or text_to_html(stored.description)
        shown = with_images(html, [(row.content_id, row.filename) for row in made])
        put_text(stored, shown, "", image_ids(stored))
        stored.revision += 1
        stored.save()
        return count_files(stored)


def checked_image(upload: Upload, rules: FileRules) -> ActivityMimeAttachment:
    """The row of an image that a text may show. Raises `ValidationError`."""
    row = checked_file(upload, rules)
    image = image_of(upload.data)
    if image is None:
        raise refused(
            gettext("“%(name)s” is no image for a text: those are PNG, JPEG, GIF and WebP."),
            name=row.filename,
        )
    if image.is_too_large:
        raise refused(
            gettext("“%(name)s” has %(width)s × %(height)s pixels, which is too many."),
            name=row.filename,
            width=str(image.width),
            height=str(image.height),
        )
    row.mimetype, row.kind = image.mimetype, ""
    return row


def quoted_images(earlier: Email, message: Message | None, html: str, draft: Email) -> QuotedImages:
    """Those that `html` shows, of the email or of its `message` where that can be read.

    As many as a reader is shown, and only what is an image by its octets.
    """
    named = named_images(html)
    if not named:
        return QuotedImages()
    rows = list(earlier.attachments.order_by("number")[:FILES])
    parts = message.attachments if message else ()
    told: dict[str, str] = {one.part: one.content_id for one in parts}
    found: dict[str, ActivityMimeAttachment] = {}
    for row in rows:
        content_id = told.get(row.part, row.content_id)
        if content_id in named and row.filesize <= PICTURE_BYTES:
            found.setdefault(content_id, row)
    types = _types_of(earlier, list(found.values()))
    kept = {content_id: row for content_id, row in found.items() if row.number in types}
    ids = {one: new_content_id(draft.message_id, secrets.token_hex(16)) for one in kept}
    return QuotedImages(
        ids, {row.number: Carried(ids[one], types[row.number]) for one, row in kept.items()}
    )


def carry_images(earlier: Email, draft: Email, images: QuotedImages) -> None:
    """Give an answer the images that its quotation shows."""
    if not images.carried:
        return
    rows = earlier.attachments.filter(number__in=images.carried).order_by("number")
    carry_files(rows, earlier, draft, images.carried)


def _stored_images(
    stored: Email, uploads: Sequence[Upload], rules: FileRules
) -> list[ActivityMimeAttachment]:
    made = [checked_image(upload, rules) for upload in uploads]
    for row in made:
        row.content_id = new_content_id(stored.message_id, secrets.token_hex(16))
    store_files(stored, made, uploads, rules)
    return made


def _types_of(earlier: Email, rows: Sequence[ActivityMimeAttachment]) -> Mapping[int, str]:
    """The types of those that are images, by number, until there are too many.

    Of an email whose message is gone the images are kept alone, and are nobody else's to carry.
    """
    if earlier.raw is None:
        return {}
    numbers = {row.part: row.number for row in rows if row.raw_id is None}
    types: dict[int, str] = {}
    room = PICTURES_BYTES
    for part, octets in extract_each(raw_bytes(earlier.raw), numbers):
        image = image_of(octets)
        if image is None or image.is_too_large or len(octets) > room:
            continue
        room -= len(octets)
        types[numbers[part]] = image.mimetype
    return types
