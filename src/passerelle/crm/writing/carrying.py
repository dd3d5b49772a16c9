"""Images of signatures and templates on their way into drafts.

A draft gets a copy under the same Content-ID, which is its own from then on: what becomes of the
signature afterwards changes nothing of it, and put in twice it is there once.
"""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Max, Q

from passerelle.crm.emails.raw import Octets, store_pack
from passerelle.crm.models import ActivityMimeAttachment, Email, SystemUser, WordingImage
from passerelle.crm.search import ask_to_index
from passerelle.crm.writing.letters import Writer
from passerelle.crm.writing.usable import usable_by
from passerelle.messages import named_images

CARRIED = 20  # into one draft at once


def images_to_carry(
    html: str, known: Iterable[str], people: Iterable[Writer | None]
) -> Sequence[WordingImage]:
    """Those that HTML names beside the known ones, of what everybody or these people may use."""
    named = named_images(html).difference(known)
    if not named:
        return ()
    users = [one for one in people if isinstance(one, SystemUser)]
    return images_of(named, usable_images(users))


def images_of(named: Iterable[str], records: Q) -> Sequence[WordingImage]:
    """The images of these signatures and templates that are named, with their bytes."""
    found = WordingImage.objects.filter(records, content_id__in=list(named))
    return list(found.order_by("content_id")[:CARRIED])


def usable_images(users: Collection[SystemUser]) -> Q:
    """Of images: those of the signatures and templates that everybody or these users may use."""
    return usable_by(users, "signature") | usable_by(users, "template")


def carry_wording_images(draft: Email, images: Sequence[WordingImage]) -> None:
    """Give a stored draft copies of images that it does not have yet."""
    if not images:
        return
    last = draft.attachments.aggregate(last=Max("number"))["last"] or 0
    raws = store_pack(Octets(bytes(one.content)) for one in images)
    ActivityMimeAttachment.objects.bulk_create(
        ActivityMimeAttachment(
            email=draft,
            number=number,
            filename=one.filename,
            mimetype=one.mimetype,
            filesize=one.filesize,
            part="",
            raw=raw,
            digest=one.digest,
            content_id=one.content_id,
        )
        for number, (one, raw) in enumerate(zip(images, raws, strict=True), last + 1)
    )
    draft.attachment_count = draft.attachments.count()
    Email.objects.filter(pk=draft.pk).update(attachment_count=draft.attachment_count)
    ask_to_index([draft.pk])
