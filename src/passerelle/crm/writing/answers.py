"""Answers and forwards: whom they go to, what stands below, and the thread that they belong to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from passerelle.crm.emails.raw import raw_bytes
from passerelle.crm.emails.regarding import put_regarding, regarded_by_answers
from passerelle.crm.models import (
    Email,
    EmailSearch,
    Queue,
    SignInAccount,
    SystemUser,
    WordingImage,
)
from passerelle.crm.models.addresses import IS_APPROVED
from passerelle.crm.models.mail.emails import CorrelationMethod, CorrelationState, Participation
from passerelle.crm.readers import grant
from passerelle.crm.search import ask_to_index
from passerelle.crm.services.inserting import insert_rows
from passerelle.crm.writing.attachments import carry_attachments
from passerelle.crm.writing.carrying import carry_wording_images
from passerelle.crm.writing.drafts import new_email, put
from passerelle.crm.writing.images import QuotedImages, carry_images, quoted_images
from passerelle.crm.writing.letters import Writer, Written
from passerelle.crm.writing.wordings import signature_html, signature_images
from passerelle.faults.mail.messages import MessageNotUnderstood
from passerelle.messages import (
    Address,
    Message,
    Quoted,
    forward_html,
    forward_text,
    parse,
    quote_reply,
    reply_html,
    text_to_html,
    with_signature,
)
from passerelle.tracking import is_forward, is_reply

THREAD = 20  # emails that are followed back


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The email that is answered or forwarded, with what only its source tells."""

    email: Email
    sender: Address | None
    reply_to: tuple[Address, ...]
    html: str
    message: Message | None  # where it was kept and can be read

    @property
    def written_on(self) -> datetime:
        return self.email.sent_on or self.email.created_on


@transaction.atomic
def reply_draft(email: Email, by: SignInAccount, *, sender: Writer | None = None) -> Email:
    """A draft that answers `email`: its sender addressed, its text quoted, its thread kept.

    It comes from the queue that took the email, else from the writer's own address.
    """
    writer = _writer(email, by, sender)
    earlier = _earlier(email)
    return _answer(earlier, by, writer, to=_answered(earlier))


@transaction.atomic
def reply_all_draft(email: Email, by: SignInAccount, *, sender: Writer | None = None) -> Email:
    """The same to everybody whom the email names, but for the writer's own addresses."""
    writer = _writer(email, by, sender)
    earlier = _earlier(email)
    own = _addresses_of(writer, by.systemuser)
    to = _without([*_answered(earlier), *_parties(email, Participation.TO)], own)
    cc = _without(_parties(email, Participation.CC), own | {one.key for one in to})
    return _answer(earlier, by, writer, to=to or _answered(earlier), cc=cc)


@transaction.atomic
def forward_draft(email: Email, by: SignInAccount, *, sender: Writer | None = None) -> Email:
    """A draft that gives the email on, with its attachments; nobody is addressed yet.

    It begins no answer to the sender: In-Reply-To is not written, as a reader's answer to the
    forward is none to the email (and trackers join what only looks so).
    """
    writer = _writer(email, by, sender)
    earlier = _earlier(email)
    draft = _draft(email, writer, by)
    images = quoted_images(email, earlier.message, earlier.html, draft)
    quoted = _quoted(earlier, images)
    subject = email.subject if is_forward(email.subject) else _forwarded(email.subject)
    signature = signature_html(writer, by.systemuser)
    html = forward_html(quoted) if earlier.html or signature else ""
    written = Written("", subject, forward_text(quoted), html=with_signature(html, signature))
    logos = signature_images(writer, signature)
    _store(draft, writer, written, [*images.ids.values(), *_ids(logos)])
    if email.raw is not None and email.raw.whole:
        carry_attachments(email, draft, images.carried)
    carry_wording_images(draft, logos)
    return Email.objects.get(pk=draft.pk)


def references_of(email: Email) -> tuple[str, ...]:
    """The thread of an answer, the oldest first (RFC 5322, 3.6.4).

    As the answered message tells it; where its source is gone, as far as it is recorded.
    """
    answered = email.correlated_activity
    if answered is None or not email.in_reply_to:
        return ()
    message = _source(answered)
    if message is not None and message.message_id:
        before = message.references or tuple(filter(None, [message.in_reply_to]))
        return (*before, message.message_id)
    return _recorded_thread(answered)


def _recorded_thread(email: Email) -> tuple[str, ...]:
    thread: list[str] = []
    earlier: Email | None = email
    while earlier is not None and len(thread) < THREAD and earlier.message_id not in thread:
        thread.append(earlier.message_id)
        if earlier.in_reply_to and earlier.correlated_activity is None:
            thread.append(earlier.in_reply_to)
        earlier = earlier.correlated_activity
    return tuple(reversed([one for one in thread if one]))


def _writer(email: Email, by: SignInAccount, sender: Writer | None) -> Writer:
    writer = sender or email.accepting_queue or by.systemuser
    if writer is None:
        raise ValidationError({"sender": gettext("Your account belongs to no user.")})
    return writer


def _draft(email: Email, writer: Writer, by: SignInAccount) -> Email:
    """Empty, about what answers to the email are about."""
    draft = new_email(writer, by.systemuser or email.owner)
    put_regarding(draft, regarded_by_answers(email))
    return draft


def _answer(
    earlier: _Earlier,
    by: SignInAccount,
    writer: Writer,
    *,
    to: Sequence[Address],
    cc: Sequence[Address] = (),
) -> Email:
    email = earlier.email
    answer = _draft(email, writer, by)
    answer.in_reply_to = email.message_id
    answer.correlated_activity = email
    answer.correlation_method = CorrelationMethod.IN_REPLY_TO
    answer.correlation_state = CorrelationState.SURE
    subject = email.subject if is_reply(email.subject) else f"Re: {email.subject}"
    about = (earlier.sender, earlier.written_on, _introduced)
    text = quote_reply(email.description, *about)
    signature = signature_html(writer, by.systemuser)
    source = earlier.html or (text_to_html(email.description) if signature else "")
    images = quoted_images(email, earlier.message, earlier.html, answer)
    html = with_signature(reply_html(source, *about, images.ids), signature) if source else ""
    written = Written(_typed(to), subject, text, cc=_typed(cc), html=html)
    logos = signature_images(writer, signature)
    _store(answer, writer, written, [*images.ids.values(), *_ids(logos)])
    carry_images(email, answer, images)
    carry_wording_images(answer, logos)
    return answer


def _ids(images: Iterable[WordingImage]) -> list[str]:
    return [one.content_id for one in images]


def _store(draft: Email, writer: Writer, written: Written, images: Iterable[str]) -> Email:
    """Store it; `images` are the Content-IDs of those that it will have."""
    parties = put(draft, writer, written, images)
    insert_rows([draft])
    insert_rows(parties)
    grant([draft.pk])
    ask_to_index([draft.pk])
    return draft


def _earlier(email: Email) -> _Earlier:
    message = _source(email)
    senders = _parties(email, Participation.SENDER)
    sender = senders[0] if senders else None
    html = message.html if message else email.html
    if message is not None and not email.direction_code:
        return _Earlier(email, sender, message.reply_to, html, message)
    return _Earlier(email, sender, (), html, message)


def _source(email: Email) -> Message | None:
    """The message itself, where it was kept and can be read."""
    if email.raw is None:
        return None
    try:
        return parse(raw_bytes(email.raw), whole=email.raw.whole)
    except MessageNotUnderstood:
        return None


def _answered(earlier: _Earlier) -> list[Address]:
    """Where the sender wants answers (RFC 5322, 3.6.2); to one's own mail, those it went to."""
    if earlier.email.direction_code:
        return _parties(earlier.email, Participation.TO)
    if earlier.reply_to:
        return list(earlier.reply_to)
    return [earlier.sender] if earlier.sender else []


def _addresses_of(*writers: Writer | None) -> set[str]:
    """All addresses of some writers, aliases among them, as addresses are looked up."""
    users = [one for one in writers if isinstance(one, SystemUser)]
    queues = [one for one in writers if isinstance(one, Queue)]
    found = EmailSearch.objects.filter(IS_APPROVED, Q(systemuser__in=users) | Q(queue__in=queues))
    return set(found.values_list("email_address", flat=True))


def _parties(email: Email, participation: Participation) -> list[Address]:
    found = email.parties.filter(participation=participation).order_by("position")
    return [Address(one.name_used, one.address_used) for one in found if one.address_used]


def _without(addresses: Iterable[Address], left_out: Collection[str]) -> list[Address]:
    kept = {one.key: one for one in addresses if one.key not in left_out}
    return list(kept.values())


def _typed(addresses: Iterable[Address]) -> str:
    return ", ".join(one.address for one in addresses)


def _quoted(earlier: _Earlier, images: QuotedImages) -> Quoted:
    email = earlier.email
    head = [
        (gettext("From:"), _shown([earlier.sender] if earlier.sender else [])),
        (gettext("Date:"), _moment(earlier.written_on)),
        (gettext("Subject:"), email.subject),
        (gettext("To:"), _shown(_parties(email, Participation.TO))),
        (gettext("Cc:"), _shown(_parties(email, Participation.CC))),
    ]
    return Quoted(
        title=gettext("Forwarded message"),
        head=[(label, value) for label, value in head if value],
        text=email.description,
        html=earlier.html or text_to_html(email.description),
        images=images.ids,
    )


def _shown(addresses: Iterable[Address]) -> str:
    return ", ".join(
        f"{one.name} <{one.address}>" if one.name else one.address for one in addresses
    )


def _forwarded(subject: str) -> str:
    return gettext("Fwd: %s") % subject


def _introduced(who: str, when: datetime | None) -> str:
    """The line above a quotation, in the writer's language and time zone."""
    if when is None:
        return gettext("%(who)s wrote:") % {"who": who}
    return gettext("On %(when)s, %(who)s wrote:") % {"when": _moment(when), "who": who}


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")
