"""Drafts: made, changed, thrown away. Sends nothing: `sync` submits them.

The Message-ID is fixed when the draft is made, so that nothing that happens later can send the
same letter under two names (RFC 5322, 3.6.4). Each change is a revision: who saves says which one
they saw, so that two windows never write over each other unseen.
"""

import hashlib
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm.emails.raw import remove_raw
from passerelle.crm.models import (
    Account,
    ActivityParty,
    Contact,
    Email,
    Lead,
    RawMessage,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailStatus, Participation
from passerelle.crm.readers import grant, renew
from passerelle.crm.search import ask_to_index
from passerelle.crm.services.inserting import insert_rows
from passerelle.crm.writing.carrying import carry_wording_images, images_to_carry
from passerelle.crm.writing.contents import image_ids, put_text
from passerelle.crm.writing.letters import Writer, Written, address_of
from passerelle.crm.writing.parties import parties_of
from passerelle.faults.mail.cycles import DraftChangedElsewhere
from passerelle.guids import new_guid
from passerelle.messages import clean_line, new_message_id

SUBJECT_CHARS = 800
EDITABLE = (EmailStatus.DRAFT, EmailStatus.FAILED)

Regarding = Account | Contact | Lead


@transaction.atomic
def create_draft(
    written: Written,
    *,
    sender: Writer,
    owner: SystemUser | None,
    regarding: Regarding | None = None,
    guid: UUID | None = None,
) -> Email:
    """A new draft from a user or a queue. Raises `ValidationError`, by field.

    With a `guid` that the same owner used before, that email is returned and nothing is written:
    a form that is sent twice makes one email.
    """
    email = new_email(sender, owner, guid)
    if regarding is not None:
        setattr(email, f"regarding_{type(regarding).__name__.lower()}", regarding)
    carried = images_to_carry(written.html, (), [owner, sender])
    parties = put(email, sender, written, [one.content_id for one in carried])
    insert_rows([email], unless_there=guid is not None)
    stored = Email.objects.get(pk=email.pk)
    if stored.message_id != email.message_id:
        if stored.owner_id != email.owner_id:
            raise ValidationError(gettext("This form belongs to another email. Start anew."))
        return stored
    insert_rows(parties)
    carry_wording_images(stored, carried)
    grant([stored.pk])
    ask_to_index([stored.pk])
    return stored


@transaction.atomic
def update_draft(email: Email, written: Written, *, seen: int | None = None) -> Email:
    """Change what is not sent yet. Raises `ValidationError`, by field.

    `seen` is the revision that the writer saw; when the draft has another one by now,
    `DraftChangedElsewhere` is raised and nothing is changed.
    """
    stored = locked_draft(email, seen=seen)
    sender, known = sender_of(stored), image_ids(stored)
    carried = images_to_carry(written.html, known, [stored.owner, sender])
    parties = put(stored, sender, written, [*known, *(one.content_id for one in carried)])
    stored.parties.all().delete()
    stored.revision += 1
    stored.save()
    carry_wording_images(stored, carried)
    insert_rows(parties)
    renew([stored.pk])
    ask_to_index([stored.pk])
    return stored


def discard_draft(email: Email) -> None:
    """Remove what was never handed over. Raises `ValidationError` once it is on its way."""
    with transaction.atomic():
        stored = Email.objects.select_for_update().get(pk=email.pk)
        if stored.statuscode != EmailStatus.DRAFT:
            raise ValidationError(gettext("Only a draft can be thrown away."))
        uploads = list(
            RawMessage.objects.filter(pk__in=stored.attachments.filter(part="").values("raw"))
        )
        stored.delete()
        for raw in uploads:
            remove_raw(raw)


def locked_draft(email: Email, *, seen: int | None = None) -> Email:
    """The draft as it is stored, locked until the end of the transaction."""
    stored = Email.objects.select_for_update().get(pk=email.pk)
    if stored.statuscode not in EDITABLE:
        raise ValidationError(gettext("This email is on its way and cannot be changed any more."))
    if seen is not None and seen != stored.revision:
        raise DraftChangedElsewhere
    return stored


def sender_of(email: Email) -> Writer:
    """The user or queue in whose name the draft is written. Raises `ValidationError`."""
    party = email.parties.filter(participation=Participation.SENDER).first()
    writer = (party.systemuser or party.queue) if party is not None else None
    if writer is None:
        raise ValidationError({"sender": gettext("The sender of this email does not exist.")})
    return writer


def new_email(sender: Writer, owner: SystemUser | None, guid: UUID | None = None) -> Email:
    """An empty draft. Until it is composed its identity is its own key's."""
    key = guid or new_guid()
    address = address_of(sender)
    domain = address.rpartition("@")[2]
    if not domain:
        raise ValidationError({"sender": gettext("The sender has no email address.")})
    email = Email(
        activity_id=key,
        direction_code=True,
        message_id=new_message_id(domain, secrets.token_hex(16)),
        owner=owner,
        created_on=timezone.now(),
        identity=hashlib.sha256(b"draft" + key.bytes).digest(),
        text_digest=hashlib.sha256(b"").digest(),
    )
    put_sender(email, sender, owner)
    return email


def put_sender(email: Email, sender: Writer, writing: SystemUser | None) -> None:
    """In whose name the email is; the one who writes is its agent where that is another user."""
    email.sender = address_of(sender)
    delegate = isinstance(sender, SystemUser) and writing is not None and writing != sender
    email.agent = writing if delegate else None


def put(
    email: Email, sender: Writer, written: Written, images: Iterable[str] = ()
) -> list[ActivityParty]:
    """Put what was typed into the email and return its parties. Raises `ValidationError`.

    `images` are the Content-IDs of those that it has.
    """
    parties = parties_of(email, sender, written)
    email.subject = clean_line(written.subject, SUBJECT_CHARS)
    put_text(email, written.html, written.text, images)
    email.priority = written.priority
    email.send_after = written.send_after
    email.delivery_receipt_requested = written.delivery_receipt
    email.read_receipt_requested = written.read_receipt
    return parties
