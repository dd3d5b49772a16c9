"""The files that go with an email: read, and held to the rules once more when it is handed in.

A forward carries what somebody else attached, and the settings may have changed since a file was
added.
"""

from django.template.defaultfilters import filesizeformat

from passerelle.crm import services as crm
from passerelle.crm.models import Email
from passerelle.faults.mail.cycles import AttachmentBlocked, AttachmentGone, AttachmentsTooLarge
from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import File


def files_of(email: Email, rules: crm.FileRules) -> tuple[File, ...]:
    """The files, and the images of the text, with their bytes. Raises a `SubmissionRefused`."""
    rows = crm.files_that_go(email)
    for row in rows:
        if ending := crm.blocked_extension(row.filename, rules.blocked):
            raise AttachmentBlocked(filename=row.filename, ending=ending)
    total = sum(row.filesize for row in rows)
    if total > rules.total_bytes:
        raise AttachmentsTooLarge(
            size=filesizeformat(total), limit=filesizeformat(rules.total_bytes)
        )
    try:
        return tuple(crm.attached_files(email)) if rows else ()
    except PartNotFound as fault:
        raise AttachmentGone from fault
