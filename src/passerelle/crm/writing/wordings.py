"""Signatures and templates: made, changed, shown, filled in, put into drafts.

One of a user is theirs to see and to change; one without an owner is seen by all and changed by
administrators. A change of a shared one is audited, as it changes what everybody sends.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, override

from passerelle.crm.models import (
    Email,
    EmailSignature,
    EmailTemplate,
    Queue,
    SignInAccount,
    SystemUser,
    Wording,
    WordingImage,
)
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.services.audit_notes import Subject, note
from passerelle.crm.writing.carrying import carry_wording_images, images_of
from passerelle.crm.writing.contents import image_ids, put_text
from passerelle.crm.writing.drafts import locked_draft, sender_of
from passerelle.crm.writing.letters import Writer, address_of
from passerelle.crm.writing.usable import usable_by, users_of
from passerelle.crm.writing.wording_images import (
    Worded,
    key_of,
    offered_images,
    settle_images,
)
from passerelle.messages import (
    PLACEHOLDERS,
    allowed_html,
    clean_line,
    fill,
    fill_html,
    images_in,
    text_to_html,
    unknown_placeholders,
    with_signature,
    written_text,
)

SUBJECT_CHARS = 800
HTML_CHARS = 100_000
OFFERED = 200  # of each kind, in the list of a form


@dataclass(frozen=True, slots=True)
class Words:
    """A signature or a template in one language, as it was typed."""

    html: str
    subject: str = ""


def visible_signatures(account: SignInAccount) -> QuerySet[EmailSignature]:
    """One's own and the shared ones."""
    return EmailSignature.objects.filter(usable_by(users_of(account)))


def visible_templates(account: SignInAccount) -> QuerySet[EmailTemplate]:
    """One's own and the shared ones."""
    return EmailTemplate.objects.filter(usable_by(users_of(account)))


def may_change_wording(account: SignInAccount, record: Worded) -> bool:
    """Whether this account may change or remove it."""
    if record.owner_id is None:
        return account.is_administrator
    return account.systemuser_id == record.owner_id


def save_wording(
    record: Worded,
    title: str,
    words: Mapping[str, Words],
    *,
    by: str,
    account: SignInAccount | None = None,
) -> Worded:
    """Make or change a signature or a template in the languages given. Raises `ValidationError`.

    A language without text is left out; one at least has some, or an image. `account` is whose
    images, kept by an editor before, the texts may show.
    """
    record.title = clean_line(title, 200)
    made = record._state.adding
    with transaction.atomic():
        images = offered_images(record, account)
        ids = {name: image.content_id for name, image in images.items()}
        kept = {language: _cleaned(language, one, ids) for language, one in words.items()}
        kept = {language: one for language, one in kept.items() if one.html}
        if not kept:
            raise ValidationError(gettext("Write the text in one language at least."))
        record.full_clean(exclude=["owner"])
        record.save()
        record.wordings.all().delete()
        key = {key_of(record): record}
        Wording.objects.bulk_create(
            Wording(language=language, subject=one.subject, html=one.html, **key)
            for language, one in sorted(kept.items())
        )
        shown = frozenset().union(*(images_in(one.html) for one in kept.values()))
        settle_images(record, [images[name] for name in sorted(shown)])
        action = AuditAction.WORDING_CREATED if made else AuditAction.WORDING_CHANGED
        _note(action, record, by, {"languages": sorted(kept), "images": len(shown)})
    return record


def remove_wording(record: Worded, *, by: str) -> None:
    """Remove it; whose default it was has none afterwards, and what was sent stays as it is."""
    with transaction.atomic():
        _note(AuditAction.WORDING_REMOVED, record, by, {"languages": []})
        record.delete()


def set_default_signature(writer: Writer, signature: EmailSignature | None) -> None:
    """What stands below new emails and answers of this user or queue."""
    writer.default_signature = signature
    writer.save(update_fields=["default_signature"])


def allow_on_behalf(user: SystemUser, *, allowed: bool, by: str) -> None:
    """The user's own consent to mail in their name."""
    if user.allows_on_behalf == allowed:
        return
    with transaction.atomic():
        user.allows_on_behalf = allowed
        user.save(update_fields=["allows_on_behalf"])
        detail = {"allows_on_behalf": [not allowed, allowed]}
        note(AuditAction.WRITING_CHANGED, Subject("systemuser", user.pk), by, detail)


def give_right_to_send_as(account: SignInAccount, *, given: bool, by: str) -> None:
    """*Send Email as Another User*: the right of an account, which an administrator gives."""
    if account.may_send_as == given:
        return
    with transaction.atomic():
        account.may_send_as = given
        account.save(update_fields=["may_send_as"])
        detail = {"account": account.username, "may_send_as": [not given, given]}
        note(AuditAction.WRITING_CHANGED, Subject("signinaccount", account.pk), by, detail)


def wording_of(record: Worded, language: str = "") -> Wording | None:
    """Its text in that language (the reader's, if none is named), else in another."""
    wanted = language or (get_language() or "")[:2]
    found = list(record.wordings.all())
    return next((one for one in found if one.language == wanted), found[0] if found else None)


def signature_html(writer: Writer, user: SystemUser | None) -> str:
    """The default signature of a user or queue, filled in for whoever writes; "" without one."""
    signature = writer.default_signature
    wording = wording_of(signature) if signature is not None else None
    if wording is None:
        return ""
    return fill_html(wording.html, _values(writer, user, language=wording.language))


def signature_images(writer: Writer, html: str) -> Sequence[WordingImage]:
    """The images of the default signature of a user or queue, as far as `html` shows them."""
    named = images_in(html)
    return images_of(named, Q(signature=writer.default_signature)) if named else ()


def insert_wording(email: Email, record: Worded, language: str, user: SystemUser | None) -> Email:
    """Put it into a draft, filled in: a template above all, a signature above the quotation.

    A signature that stands there unchanged makes room for the other; one that a person changed
    stays. The draft is formatted from then on; the subject of a template wins over an empty one
    only.
    """
    wording = wording_of(record, language)
    if wording is None:
        return email
    with transaction.atomic():
        stored = locked_draft(email)
        writer = sender_of(stored)
        values = _values(writer, user, email=stored, language=wording.language)
        html = stored.html or (text_to_html(stored.description) if stored.description else "")
        filled = fill_html(wording.html, values)
        if isinstance(record, EmailTemplate):
            html = filled + html
        else:
            html = with_signature(html, filled, _as_put_in(stored, writer, user))
        known = image_ids(stored)
        missing = images_in(filled).difference(known)
        carried = images_of(missing, Q(**{key_of(record): record})) if missing else ()
        put_text(stored, html, "", [*known, *(one.content_id for one in carried)])
        carry_wording_images(stored, carried)
        if not stored.subject:
            stored.subject = clean_line(fill(wording.subject, values), SUBJECT_CHARS)
        stored.revision += 1
        stored.save()
    return stored


def _as_put_in(draft: Email, writer: Writer, user: SystemUser | None) -> Iterator[str]:
    """Each signature that may stand in the draft, as it came there: in an answer, or by Insert."""
    usable = usable_by([user] if user else [], "signature")
    usable |= Q(signature=writer.default_signature_id)  # of whoever else the email is from
    rows = Wording.objects.filter(usable, signature__isnull=False).order_by("-pk")[:OFFERED]
    languages = {wording.language for wording in rows}
    values = {one: _values(writer, user, language=one) for one in languages}
    about = _of_email(draft)
    for wording in rows:
        known = values[wording.language]
        for filling in (known, known | about):
            html = fill_html(wording.html, filling)
            yield html if draft.html else text_to_html(written_text(html))


def preview(
    words: Words, user: SystemUser | None, language: str, images: Collection[str] = ()
) -> Words:
    """How it looks for a made-up customer; unknown placeholders stay and show.

    Of its images those are shown whose Content-IDs are given.
    """
    writer: Writer = user or SystemUser(fullname=gettext("Your name"))
    values = _values(writer, user, language=language) | {
        "recipient": "Claire Martin",
        "recipient_first_name": "Claire",
        "recipient_email": "claire.martin@example.com",
        "queue": _sample_queue(),
        "queue_email": "support@example.com",
        "regarding": "Martin & Cie",
    }
    html = allowed_html(words.html, {one: one for one in images})
    return Words(fill_html(html, values), fill(words.subject, values))


def _sample_queue() -> str:
    """The queue of a preview."""
    return gettext("Support")


def _cleaned(language: str, words: Words, images: Mapping[str, str]) -> Words:
    subject = clean_line(words.subject, SUBJECT_CHARS)
    html = allowed_html(words.html, images)
    if not written_text(html).strip():
        return Words("")
    if len(html) > HTML_CHARS:
        raise ValidationError({f"{language}_html": gettext("This text is too long.")})
    if unknown := unknown_placeholders(f"{subject} {html}"):
        shown = ", ".join(f"{{{name}}}" for name in unknown)
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        text = gettext("%(shown)s is no placeholder. There are: %(known)s.")
        raise ValidationError({f"{language}_html": text % {"shown": shown, "known": known}})
    return Words(html, subject)


def _note(action: AuditAction, record: Worded, by: str, words: Mapping[str, object]) -> None:
    detail = {"title": record.title, "shared": record.owner_id is None, **words}
    kind = "emailsignature" if isinstance(record, EmailSignature) else "template"
    note(action, Subject(kind, record.pk), by, detail)


def _values(
    writer: Writer, user: SystemUser | None, *, email: Email | None = None, language: str
) -> dict[str, str]:
    """What stands for each placeholder; what is not known is empty."""
    person = user or (writer if isinstance(writer, SystemUser) else None)
    queue = writer if isinstance(writer, Queue) else None
    with override(language):
        today = date_format(timezone.localdate(), "DATE_FORMAT")
    values = {
        "user": person.fullname if person else "",
        "user_email": person.internal_email_address if person else "",
        "queue": queue.name if queue else "",
        "queue_email": address_of(queue) if queue else "",
        "today": today,
    }
    return values | (_of_email(email) if email is not None else {})


def _of_email(email: Email) -> dict[str, str]:
    """The first recipient, and what the email is about."""
    party = (
        email.parties.filter(participation=Participation.TO)
        .select_related("contact", "lead", "account", "systemuser")
        .order_by("position")
        .first()
    )
    about = email.regarding_account or email.regarding_contact or email.regarding_lead
    values = {"regarding": str(about) if about else ""}
    if party is None:
        return values
    record = party.contact or party.lead or party.account or party.systemuser
    name = str(record) if record else party.name_used
    person = party.contact or party.lead
    return values | {
        "recipient": name or party.address_used,
        "recipient_first_name": (person.first_name if person else "") or name,
        "recipient_email": party.address_used,
    }
