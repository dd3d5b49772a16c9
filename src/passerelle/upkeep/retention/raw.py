"""Sources of emails expire by whole packs; their attachments are taken out and kept.

A pack stays while something needs its bytes as they came: an email that is not sent yet, one whose
fate a person decides, a message in quarantine, a file that was attached by itself.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from passerelle.crm.models import ActivityMimeAttachment, Email, RawMessage, RawPack
from passerelle.crm.services import Octets, attachment_bytes, pack, save_pack
from passerelle.faults.mail.messages import PartNotFound
from passerelle.guids import first_guid_of
from passerelle.sync.models import Quarantine, Submission
from passerelle.sync.models.incoming import QuarantineState
from passerelle.sync.models.outgoing import SubmissionState

PACKS_AT_ONCE = 5
OPEN = (SubmissionState.WAITING, SubmissionState.MARKED, SubmissionState.UNKNOWN)
ALONE = ""  # the part of an attachment whose decoded bytes lie in a pack by themselves


def packs_over(before: datetime) -> QuerySet[Model]:
    """Packs older than that which nothing needs as they are."""
    of_pack = {"raw__pack": OuterRef("pk")}
    to_send = Submission.objects.filter(**of_pack, state__in=OPEN)
    quarantined = Quarantine.objects.filter(**of_pack, state=QuarantineState.WAITING)
    alone = ActivityMimeAttachment.objects.filter(**of_pack, part=ALONE)
    return (
        RawPack.objects.filter(pk__lt=first_guid_of(before), created_on__lt=before)
        .exclude(Exists(to_send) | Exists(quarantined) | Exists(alone))
        .order_by("pk")
    )


def expire_packs(before: datetime) -> int:
    """Remove some packs; how many were."""
    keys = list(packs_over(before).values_list("pk", flat=True)[:PACKS_AT_ONCE])
    for key in keys:
        _expire(key)
    return len(keys)


def _expire(key: UUID) -> None:
    messages = RawMessage.objects.filter(pack=key)
    inside = Q(raw__in=messages) | Q(raw=None, email__raw__in=messages)
    attachments = ActivityMimeAttachment.objects.filter(inside).select_related("email__raw", "raw")
    contents = [(one, octets) for one in attachments if (octets := _content(one)) is not None]
    packed = pack(Octets(octets) for _, octets in contents)
    with transaction.atomic():
        save_pack(packed)
        for (attachment, _), stored in zip(contents, packed.messages, strict=True):
            attachment.raw, attachment.part = stored, ALONE
        kept = [attachment for attachment, _ in contents]
        ActivityMimeAttachment.objects.bulk_update(kept, ["raw", "part"])
        for holder in (Email, Submission, Quarantine, ActivityMimeAttachment):
            holder._default_manager.filter(raw__in=messages).update(raw=None)
        messages.delete()
        RawPack.objects.filter(pk=key).delete()


def _content(attachment: ActivityMimeAttachment) -> bytes | None:
    try:
        return attachment_bytes(attachment)
    except PartNotFound:  # of a message of which only the header was taken
        return None
