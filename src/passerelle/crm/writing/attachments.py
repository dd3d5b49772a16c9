"""The files of a draft: added within bounds, taken away, carried by a forward, read for sending.

An upload is kept as it is, and a row points to it; what a forward carries stays where it lies, in
the message that is forwarded. When the email is composed its files are in its own message, the
rows point there, and the uploads go.
"""

import hashlib
import mimetypes
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from passerelle.crm.emails.raw import Octets, remove_raw, store_pack
from passerelle.crm.emails.reading import attachment_bytes
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.search import ask_to_index
from passerelle.crm.writing.contents import files_that_go, image_ids, is_unused, put_text
from passerelle.crm.writing.drafts import locked_draft
from passerelle.messages import File, Message, clean_line, images_in, kind_of

FILES = 100  # of one email written by a person
NAME_CHARS = 255


@dataclass(frozen=True, slots=True)
class FileRules:
    """What may be attached; the settings say."""

    file_bytes: int
    total_bytes: int
    blocked: Collection[str]  # extensions, in lower case and without the dot


@dataclass(frozen=True, slots=True)
class Carried:
    """What an image of an earlier email is in the draft that quotes it."""

    content_id: str
    mimetype: str  # by its octets, whatever its sender said


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a person gives it."""

    filename: str
    data: bytes


def attach(email: Email, uploads: Sequence[Upload], rules: FileRules) -> Email:
    """Add files to a draft. Raises `ValidationError`, and then none of them is added."""
    made = [checked_file(upload, rules) for upload in uploads]
    with transaction.atomic():
        stored = locked_draft(email)
        store_files(stored, made, uploads, rules)
        stored.revision += 1
        return count_files(stored)


def store_files(
    stored: Email,
    made: Sequence[ActivityMimeAttachment],
    uploads: Sequence[Upload],
    rules: FileRules,
) -> None:
    """Keep checked files with a locked draft. Raises `ValidationError` when they are too many."""
    known = stored.attachments.aggregate(size=Sum("filesize"), last=Max("number"))
    total = (known["size"] or 0) + sum(row.filesize for row in made)
    if total > rules.total_bytes:
        raise refused(
            gettext("The files of an email have at most %(limit)s together; it would be %(size)s."),
            limit=filesizeformat(rules.total_bytes),
            size=filesizeformat(total),
        )
    if stored.attachments.count() + len(made) > FILES:
        raise refused(gettext("An email has at most %(limit)s files."), limit=str(FILES))
    for number, (row, upload) in enumerate(zip(made, uploads, strict=True), 1):
        row.email, row.number = stored, (known["last"] or 0) + number
        row.raw = store_pack([Octets(upload.data)])[0]
        row.save(force_insert=True)


def detach(email: Email, number: int) -> Email:
    """Take a file away from a draft; one that is gone already is no error."""
    with transaction.atomic():
        stored = locked_draft(email)
        for row in stored.attachments.filter(number=number).select_related("raw"):
            raw, upload = row.raw, not row.part
            row.delete()
            if raw is not None and upload:
                remove_raw(raw)
            if row.content_id and stored.html:
                put_text(stored, stored.html, "", image_ids(stored))
                stored.save(update_fields=["html", "description"])
        stored.revision += 1
        return count_files(stored)


def carry_attachments(earlier: Email, draft: Email, images: Mapping[int, Carried]) -> None:
    """Give a forward the files of the email; their bytes stay where they are.

    `images` are those that its text shows, by their number. An upload that is still the earlier
    email's own stays there, as it goes with the draft that has it.
    """
    rows = earlier.attachments.exclude(part="").order_by("number")[:FILES]
    carry_files(rows, earlier, draft, images)


def carry_files(
    rows: Iterable[ActivityMimeAttachment],
    earlier: Email,
    draft: Email,
    images: Mapping[int, Carried],
) -> None:
    """Give a new draft, which has no files yet, these of the earlier email."""
    made = [_carried_file(row, earlier, draft, images.get(row.number)) for row in rows]
    ActivityMimeAttachment.objects.bulk_create(made)
    draft.attachment_count = len(made)
    Email.objects.filter(pk=draft.pk).update(attachment_count=len(made))


def _carried_file(
    row: ActivityMimeAttachment, earlier: Email, draft: Email, image: Carried | None
) -> ActivityMimeAttachment:
    """A file of the draft whose bytes lie where those of the earlier email's file do."""
    return ActivityMimeAttachment(
        email=draft,
        number=row.number,
        filename=row.filename,
        mimetype=image.mimetype if image else row.mimetype,
        kind=row.kind,
        filesize=row.filesize,
        part=row.part,
        raw_id=row.raw_id or earlier.raw_id,
        digest=row.digest,
        content_id=image.content_id if image else "",
    )


def attached_files(email: Email) -> Iterator[File]:
    """What goes with the email, with its bytes, in order. Raises `PartNotFound`."""
    for row in files_that_go(email):
        yield File(row.filename, row.mimetype, attachment_bytes(row), row.content_id)


def files_composed(email: Email, message: Message) -> None:
    """The email is composed: its rows point into its own message, and the uploads go.

    So do the images that its text shows no more. Those that it shows come before the files.
    """
    shown = images_in(email.html)
    stored = list(email.attachments.select_related("raw").order_by("number"))
    unused = [row for row in stored if is_unused(row, shown)]
    rows = [row for row in stored if not is_unused(row, shown)]
    rows.sort(key=lambda row: not row.content_id)
    uploads = [row.raw for row in stored if row.raw is not None and not row.part]
    # What is packed into a file goes with it, and has no row.
    parts = (found for found in message.attachments if not found.is_packed)
    for row, found in zip(rows, parts, strict=True):
        row.raw, row.part = None, found.part
    ActivityMimeAttachment.objects.bulk_update(rows, ["raw", "part"])
    if unused:
        email.attachments.filter(pk__in=[row.pk for row in unused]).delete()
        count_files(email)
    for raw in uploads:
        remove_raw(raw)


def blocked_extension(filename: str, blocked: Collection[str]) -> str:
    """The extension for which a file is refused, or "". All count: `a.exe.` and `a.exe ` too."""
    ending = filename.rstrip(". \t").rpartition(".")[2].lower()
    return ending if ending in blocked else ""


def checked_file(upload: Upload, rules: FileRules) -> ActivityMimeAttachment:
    """The row of a file that may be attached. Raises `ValidationError`."""
    name = clean_line(upload.filename.replace("\\", "/").rpartition("/")[2], NAME_CHARS)
    if ending := blocked_extension(name, rules.blocked):
        raise refused(
            gettext("“%(name)s” cannot be attached: files that end in .%(ending)s are blocked."),
            name=name,
            ending=ending,
        )
    if len(upload.data) > rules.file_bytes:
        raise refused(
            gettext("“%(name)s” has %(size)s; a file has at most %(limit)s."),
            name=name,
            size=filesizeformat(len(upload.data)),
            limit=filesizeformat(rules.file_bytes),
        )
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return ActivityMimeAttachment(
        filename=name,
        mimetype=mimetype,
        kind=kind_of(mimetype, name, octets=upload.data),
        filesize=len(upload.data),
        part="",
        digest=hashlib.sha256(upload.data).hexdigest(),
    )


def refused(text: str, **facts: str) -> ValidationError:
    """Why a file may not be added, for the form."""
    return ValidationError({"files": text % facts})


def count_files(email: Email) -> Email:
    """Say on the email how many files it has, images among them, and have them found."""
    email.attachment_count = email.attachments.count()
    email.save(update_fields=["attachment_count", "revision", "modified_on"])
    ask_to_index([email.pk])
    return email
