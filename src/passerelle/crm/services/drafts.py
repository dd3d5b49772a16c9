"""Emails that people write: drafts and replies, plain text. Sends nothing: `sync` submits them.

The Message-ID is fixed when the draft is made, so that nothing that happens later can send the
same letter under two names (RFC 5322, 3.6.4).
"""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from passerelle.crm.models import (
    Account,
    ActivityParty,
    Contact,
    Email,
    Lead,
    Queue,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.emails import CorrelationMethod, EmailStatus, Participation
from passerelle.crm.services.inserting import insert_rows
from passerelle.crm.services.lookups import records_of
from passerelle.guids import new_guid
from passerelle.messages import (
    Address,
    clean,
    clean_line,
    new_message_id,
    parse_address,
    quote_reply,
)
from passerelle.tracking import PartyKind, RecordRef

SUBJECT_CHARS = 800
TEXT_CHARS = 1_000_000
RECIPIENTS = 500  # of one email written by a person
THREAD = 20  # ids of References that we write
_BETWEEN = re.compile(r"[;\n]|,(?![^<\"]*[>\"])")  # a comma inside quotes belongs to a name
_REPLY = re.compile(r"\s*(re|aw|sv|antw|rép|réf)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_ORDER = list(PartyKind)

Writer = SystemUser | Queue
Regarding = Account | Contact | Lead


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed."""

    to: str
    subject: str
    text: str
    cc: str = ""
    bcc: str = ""


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
    email = _new_email(sender, owner, guid)
    if regarding is not None:
        setattr(email, f"regarding_{type(regarding).__name__.lower()}", regarding)
    parties = _write(email, sender, written)
    insert_rows([email], unless_there=guid is not None)
    stored = Email.objects.get(pk=email.pk)
    if stored.message_id != email.message_id:
        if stored.owner_id != email.owner_id:
            raise ValidationError(gettext("This form belongs to another email. Start anew."))
        return stored
    insert_rows(parties)
    return stored


def discard_draft(email: Email) -> None:
    """Remove what was never handed over. Raises `ValidationError` once it is on its way."""
    with transaction.atomic():
        stored = Email.objects.select_for_update().get(pk=email.pk)
        if stored.statuscode != EmailStatus.DRAFT:
            raise ValidationError(gettext("Only a draft can be thrown away."))
        stored.delete()


@transaction.atomic
def reply_draft(email: Email, by: SignInAccount, *, sender: Writer | None = None) -> Email:
    """A draft that answers `email`: its sender addressed, its text quoted, its thread kept.

    It comes from the queue that took the email, else from the writer's own address.
    """
    writer = sender or email.accepting_queue or by.systemuser
    if writer is None:
        raise ValidationError({"sender": gettext("Your account belongs to no user.")})
    answer = _new_email(writer, by.systemuser or email.owner)
    answer.in_reply_to = email.message_id
    answer.correlated_activity = email
    answer.correlation_method = CorrelationMethod.IN_REPLY_TO
    for name in ("regarding_account_id", "regarding_contact_id", "regarding_lead_id"):
        setattr(answer, name, getattr(email, name))
    parties = _write(answer, writer, _reply(email))
    insert_rows([answer])
    insert_rows(parties)
    return answer


@transaction.atomic
def update_draft(email: Email, written: Written) -> Email:
    """Change what is not sent yet. Raises `ValidationError`, by field."""
    stored = Email.objects.select_for_update().get(pk=email.pk)
    if stored.statuscode not in (EmailStatus.DRAFT, EmailStatus.FAILED):
        raise ValidationError(gettext("This email is on its way and cannot be changed any more."))
    sender = stored.parties.get(participation=Participation.SENDER)
    writer = sender.systemuser or sender.queue
    if writer is None:
        raise ValidationError({"sender": gettext("The sender of this email does not exist.")})
    parties = _write(stored, writer, written)
    stored.parties.all().delete()
    stored.save()
    insert_rows(parties)
    return stored


def references_of(email: Email) -> tuple[str, ...]:
    """The thread of an answer, the oldest first (RFC 5322, 3.6.4), as far as it is recorded."""
    thread: list[str] = []
    earlier = email.correlated_activity
    while earlier is not None and len(thread) < THREAD and earlier.message_id not in thread:
        thread.append(earlier.message_id)
        if earlier.in_reply_to and earlier.correlated_activity is None:
            thread.append(earlier.in_reply_to)
        earlier = earlier.correlated_activity
    return tuple(reversed([one for one in thread if one]))


def _new_email(sender: Writer, owner: SystemUser | None, guid: UUID | None = None) -> Email:
    """An empty draft. Until it is composed its identity is its own key's."""
    key = guid or new_guid()
    address = address_of(sender)
    domain = address.rpartition("@")[2]
    if not domain:
        raise ValidationError({"sender": gettext("The sender has no email address.")})
    return Email(
        activity_id=key,
        direction_code=True,
        message_id=new_message_id(domain, secrets.token_hex(16)),
        sender=address,
        owner=owner,
        created_on=timezone.now(),
        identity=hashlib.sha256(b"draft" + key.bytes).digest(),
        text_digest=hashlib.sha256(b"").digest(),
    )


def address_of(writer: Writer) -> str:
    """The address that a user or a queue writes from."""
    if isinstance(writer, SystemUser):
        return writer.internal_email_address
    return writer.email_address


def _write(email: Email, sender: Writer, written: Written) -> list[ActivityParty]:
    """Put what was typed into the email and return its parties."""
    roles = {
        Participation.TO: _addresses("to", written.to),
        Participation.CC: _addresses("cc", written.cc),
        Participation.BCC: _addresses("bcc", written.bcc),
    }
    if sum(map(len, roles.values())) > RECIPIENTS:
        raise ValidationError({"to": gettext("An email has at most %d recipients.") % RECIPIENTS})
    email.subject = clean_line(written.subject, SUBJECT_CHARS)
    email.description = clean(written.text)[:TEXT_CHARS]
    email.to_recipients = ";".join(one.address for one in roles[Participation.TO])[:500]
    known = records_of({one.key for found in roles.values() for one in found})
    return [_sender_party(email, sender), *_recipients(email, roles, known)]


def _recipients(
    email: Email,
    roles: Mapping[Participation, Sequence[Address]],
    known: dict[str, tuple[RecordRef, ...]],
) -> Iterator[ActivityParty]:
    """One party an address: the record that it means, as a sender's would be chosen."""
    seen: set[str] = set()
    for participation, addresses in roles.items():
        for position, address in enumerate(addresses):
            if address.key in seen:
                continue
            seen.add(address.key)
            record = _meant(known.get(address.key, ()))
            yield ActivityParty(
                email=email,
                participation=participation,
                address_used=address.address,
                name_used=address.name[:200],
                position=position,
                **({f"{record.kind.value}_id": record.id} if record else {}),
            )


def _meant(records: Sequence[RecordRef]) -> RecordRef | None:
    """The first active one in the order of kinds, else the first."""
    return min(
        records, key=lambda record: (not record.active, _ORDER.index(record.kind)), default=None
    )


def _sender_party(email: Email, sender: Writer) -> ActivityParty:
    return ActivityParty(
        email=email,
        participation=Participation.SENDER,
        address_used=email.sender,
        name_used=str(sender)[:200],
        systemuser=sender if isinstance(sender, SystemUser) else None,
        queue=sender if isinstance(sender, Queue) else None,
    )


def _addresses(field: str, text: str) -> tuple[Address, ...]:
    """The addresses that were typed; one that is none is named, never dropped."""
    found: list[Address] = []
    for piece in filter(str.strip, _BETWEEN.split(text)):
        address = parse_address(piece.strip())
        if address is None:
            raise ValidationError(
                {field: gettext("“%s” is not an email address.") % piece.strip()[:100]}
            )
        found.append(address)
    return tuple({address.key: address for address in found}.values())


def _reply(email: Email) -> Written:
    """What stands in the form when somebody presses Reply."""
    party = email.parties.filter(participation=Participation.SENDER).first()
    to = Address(party.name_used, party.address_used) if party else None
    subject = email.subject if _REPLY.match(email.subject) else f"Re: {email.subject}"
    return Written(
        to=to.address if to else "",
        subject=subject,
        text=quote_reply(email.description, to, email.sent_on or email.created_on, _introduced),
    )


def _introduced(who: str, when: datetime | None) -> str:
    """The line above a quotation, in the writer's language and time zone."""
    if when is None:
        return gettext("%(who)s wrote:") % {"who": who}
    moment = date_format(timezone.localtime(when), "DATETIME_FORMAT")
    return gettext("On %(when)s, %(who)s wrote:") % {"when": moment, "who": who}
