"""Images of signatures and templates: taken by their editors, kept with the text that shows them.

What comes into an editor is its account's alone until the text is saved: then what the text shows
is kept with it, and what it shows no more goes. They are checked as those of an email are, and are
smaller, as they go with each email.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from passerelle.crm.models import (
    EmailSignature,
    EmailTemplate,
    SignInAccount,
    WordingImage,
)
from passerelle.crm.writing.attachments import FileRules, Upload
from passerelle.crm.writing.carrying import usable_images
from passerelle.crm.writing.images import checked_image
from passerelle.crm.writing.usable import users_of
from passerelle.messages import new_content_id

WORDING_IMAGES = 10  # of one signature or template
WORDING_IMAGE_BYTES = 1_048_576
UNSAVED = 20  # of one account
_MESSAGE_ID = "<@passerelle>"  # whose domain their Content-IDs have: they are of no message yet

Worded = EmailSignature | EmailTemplate


def keep_wording_images(
    account: SignInAccount, uploads: Sequence[Upload], rules: FileRules
) -> list[WordingImage]:
    """Keep images for an editor. Raises `ValidationError`, and keeps none.

    Of what an account never saved the newest are kept alone.
    """
    rules = replace(rules, file_bytes=min(rules.file_bytes, WORDING_IMAGE_BYTES))
    uploads = uploads[:UNSAVED]
    rows = [checked_image(one, rules) for one in uploads]
    made = [
        WordingImage(
            account=account,
            content_id=new_content_id(_MESSAGE_ID, secrets.token_hex(16)),
            filename=row.filename,
            mimetype=row.mimetype,
            filesize=row.filesize,
            digest=row.digest,
            content=upload.data,
        )
        for row, upload in zip(rows, uploads, strict=True)
    ]
    with transaction.atomic():
        WordingImage.objects.bulk_create(made)
        newest = unsaved_images(account).order_by("-created_on", "-image_id")
        unsaved_images(account).exclude(
            pk__in=list(newest.values_list("pk", flat=True)[:UNSAVED])
        ).delete()
    return made


def unsaved_images(account: SignInAccount) -> QuerySet[WordingImage]:
    """What came into editors of this account and is kept with no text yet."""
    return WordingImage.objects.filter(account=account)


def visible_images(account: SignInAccount) -> QuerySet[WordingImage]:
    """Those of the signatures and templates that this account sees, and its own unsaved ones."""
    return WordingImage.objects.filter(Q(account=account) | usable_images(users_of(account)))


def offered_images(record: Worded, account: SignInAccount | None) -> Mapping[str, WordingImage]:
    """By its Content-ID what a text may show: its record's images and the account's unsaved ones.

    Of those with the same bytes one stands for all. They are locked, without their bytes.
    """
    own = Q(**{f"{key_of(record)}_id": record.pk})
    found = WordingImage.objects.filter(own | Q(account=account) if account else own)
    first: dict[str, WordingImage] = {}
    offered: dict[str, WordingImage] = {}
    rows = found.select_for_update().defer("content").order_by("created_on", "image_id")
    for one in sorted(rows, key=lambda row: row.account_id is not None):
        offered[one.content_id] = first.setdefault(one.digest, one)
    return offered


def settle_images(record: Worded, shown: Iterable[WordingImage]) -> None:
    """Keep with a stored record the images that its texts show, and no other.

    Raises `ValidationError` when they are too many.
    """
    kept = {one.pk: one for one in shown}
    if len(kept) > WORDING_IMAGES:
        text = gettext("A signature or a template has at most %(limit)s images.")
        raise ValidationError(text % {"limit": WORDING_IMAGES})
    key = key_of(record)
    WordingImage.objects.filter(**{key: record}).exclude(pk__in=list(kept)).delete()
    new = [pk for pk, one in kept.items() if one.account_id is not None]
    WordingImage.objects.filter(pk__in=new).update(account=None, **{key: record})


def key_of(record: Worded) -> str:
    """The key by which what belongs to a signature or a template points to it."""
    return "signature" if isinstance(record, EmailSignature) else "template"
