"""Which files of a received email are not handed out: blocked kinds, and those that are too large.

Asked when somebody looks and kept nowhere: a rule that is changed holds for email that is here
already, both ways. Nothing is taken out of the email, whose source still has every file.
"""

from collections.abc import Iterable, Mapping

from django.template.defaultfilters import filesizeformat

from passerelle.crm.models import ActivityMimeAttachment
from passerelle.crm.writing.attachments import FileRules, blocked_extension
from passerelle.faults.mail.messages import (
    MessageFault,
    ReceivedFileBlocked,
    ReceivedFileHoldsBlocked,
    ReceivedFileTooLarge,
)
from passerelle.messages import INNER


def withheld_files(
    rows: Iterable[ActivityMimeAttachment], rules: FileRules
) -> Mapping[int, MessageFault]:
    """By number those that are not handed out, and why.

    `rows` are all of one email: what a `winmail.dat` holds is asked for it, too.
    """
    asked = list(rows)
    found = {row.number: why for row in asked if (why := _why(row, rules)) is not None}
    by_part: dict[str | None, int] = {row.part: row.number for row in asked}
    for row in asked:
        holder = by_part.get(_holder(row.part))
        if row.number in found and holder is not None:
            found.setdefault(holder, ReceivedFileHoldsBlocked(filename=row.filename))
    return found


def _holder(part: str) -> str | None:
    """The part that a packed file lies in; None for a file that is a part itself."""
    holder, packed, _ = part.partition(INNER)
    return holder if packed else None


def _why(row: ActivityMimeAttachment, rules: FileRules) -> MessageFault | None:
    if ending := blocked_extension(row.filename, rules.blocked):
        return ReceivedFileBlocked(ending=ending)
    if row.filesize > rules.file_bytes:
        return ReceivedFileTooLarge(
            size=filesizeformat(row.filesize), limit=filesizeformat(rules.file_bytes)
        )
    return None
