"""Hand an email in: check its recipients, fix its message, and have it sent.

The message is composed once; what a retry sends is byte for byte what was composed. Nothing goes
to a server here. One transaction: an email that is handed in has its work asked for.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models import ActivityParty, Email, Queue, SystemUser
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation, Priority
from passerelle.crm.services import Octets
from passerelle.engine.services import ask
from passerelle.faults.mail.cycles import (
    DraftChangedElsewhere,
    NoRecipients,
    NotADraft,
    RecipientInvalid,
    RecipientUnresolved,
    SenderWithoutMailbox,
)
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.messages import Address, Draft, clean_line, compose, identity, parse, parse_address
from passerelle.messages import Priority as Urgency
from passerelle.sync.models import Delivery, Submission
from passerelle.sync.outgoing.files import files_of
from passerelle.sync.outgoing.kind import KIND
from passerelle.tracking import (
    append_token,
    begun_index,
    continued_index,
    conversation_hash,
    make,
    plain_subject,
    without_tokens,
)

log = structlog.get_logger(__name__)

SUBJECT_CHARS = 800
TOPIC_CHARS = 255
_PRIORITIES = {
    Priority.LOW: Urgency.LOW,
    Priority.NORMAL: Urgency.NORMAL,
    Priority.HIGH: Urgency.HIGH,
}
_PARTS = {Participation.TO: "to", Participation.CC: "cc"}


def submit(email: Email, by: str, mailbox: Mailbox) -> Submission:
    """Draft (or Failed) to Pending Send. Raises a `SubmissionRefused` or `DraftRefused`."""
    settings = mailboxes.system_settings()
    files = files_of(email, mailboxes.file_rules(settings))  # read before the transaction begins
    with transaction.atomic():
        stored = Email.objects.select_for_update().get(pk=email.pk)
        if stored.revision != email.revision:
            raise DraftChangedElsewhere
        if not stored.direction_code or stored.statuscode not in (
            EmailStatus.DRAFT,
            EmailStatus.FAILED,
        ):
            raise NotADraft
        if stored.sender.lower() != mailbox.email_address.lower():
            raise SenderWithoutMailbox(address=stored.sender, mailbox=mailbox.name)
        parties = list(stored.parties.all())
        recipients = _recipients(parties, settings)
        now = timezone.now()
        _add_token(stored, mailbox, settings)
        leaves = max(now, stored.send_after) if stored.send_after else now
        draft = _in_its_thread(_draft(stored, parties, leaves), stored, settings)
        data = compose(replace(draft, files=files))
        _fix(stored, data)
        if (matching := mailboxes.held_unless_off()) is not None:
            crm.keep_hashes([stored], matching)
        submission = _store(stored, mailbox, by, now)
        crm.insert_rows([Delivery(email=stored, address=address) for address in recipients])
        ask(KIND, mailbox.pk)
    alerts.heal(SubjectKind.EMAIL, email.pk, KIND)
    log.info("email.submitted", email=str(email.pk), by=by, recipients=len(recipients))
    return submission


def _recipients(parties: Sequence[ActivityParty], settings: SystemSettings) -> list[str]:
    """The addresses of the envelope, each once."""
    found: dict[str, str] = {}
    for party in parties:
        if party.participation == Participation.SENDER:
            continue
        address = parse_address(party.address_used)
        if address is None:
            raise RecipientInvalid(address=party.address_used)
        if not (settings.allow_unresolved_recipients or _is_resolved(party)):
            raise RecipientUnresolved(address=party.address_used)
        found.setdefault(address.key, address.address)
    if not found:
        raise NoRecipients
    return list(found.values())


def _is_resolved(party: ActivityParty) -> bool:
    keys = (
        party.systemuser_id,
        party.queue_id,
        party.account_id,
        party.contact_id,
        party.lead_id,
    )
    return any(key is not None for key in keys)


def _add_token(email: Email, mailbox: Mailbox, settings: SystemSettings) -> None:
    """The sender's next token at the end of the subject; one that is there stays."""
    if not settings.use_tracking_token:
        return
    if not email.tracking_token:
        writer = _locked_writer(mailbox)
        if writer is None:
            return
        writer.tracking_counter += 1
        writer.save(update_fields=["tracking_counter"])
        email.tracking_token = make(
            mailboxes.token_format(settings), writer.tracking_number, writer.tracking_counter
        )
    email.subject = append_token(email.subject, email.tracking_token, SUBJECT_CHARS)


def _locked_writer(mailbox: Mailbox) -> SystemUser | Queue | None:
    """Whose numbers the token has. Locked: two emails at once get two counters."""
    if mailbox.systemuser_id is not None:
        return SystemUser.objects.select_for_update().get(pk=mailbox.systemuser_id)
    if mailbox.queue_id is not None:
        return Queue.objects.select_for_update().get(pk=mailbox.queue_id)
    return None


def _draft(email: Email, parties: Sequence[ActivityParty], now: datetime) -> Draft:
    named: dict[str, list[Address]] = {"to": [], "cc": []}
    sender = Address("", email.sender)
    for party in parties:
        address = Address(party.name_used, party.address_used)
        if party.participation == Participation.SENDER:
            sender = address
        elif part := _PARTS.get(Participation(party.participation)):
            named[part].append(address)
    agent = email.agent
    return Draft(
        message_id=email.message_id,
        sender=sender,
        to=tuple(named["to"]),
        cc=tuple(named["cc"]),
        # The record keeps the subject whole; mail servers get what they take, with the token.
        subject=append_token(email.subject, email.tracking_token),
        text=email.description,
        date=now,
        in_reply_to=email.in_reply_to,
        references=crm.references_of(email),
        html=email.html,
        priority=_PRIORITIES[Priority(email.priority)],
        asks_read=email.read_receipt_requested,
        agent=Address(agent.fullname, agent.internal_email_address) if agent else None,
    )


def _in_its_thread(draft: Draft, email: Email, settings: SystemSettings) -> Draft:
    """As Outlook and Exchange know conversations: it goes on from what it answers, or begins one.

    What answers it goes on from there, and is known by that where identifiers are lost.
    """
    answered = email.correlated_activity if email.in_reply_to else None
    subject = (answered or email).subject
    topic = plain_subject(without_tokens(subject, mailboxes.token_format(settings)))
    index = b64decode(answered.conversation_index) if answered else b""
    if index:
        index = continued_index(index, draft.date, email.pk)
    else:
        index = begun_index(draft.date, email.pk)
    email.conversation_index = b64encode(index).decode("ascii")
    email.conversation_hash = conversation_hash(index)
    return replace(draft, thread_topic=clean_line(topic, TOPIC_CHARS), thread_index=index)


def _fix(email: Email, data: bytes) -> None:
    """From now on the email is this message."""
    message = parse(data)
    known = identity(message)
    email.identity, email.text_digest = known.digest, known.text_digest
    email.statecode, email.statuscode = EmailState.COMPLETED, EmailStatus.PENDING_SEND
    email.delivery_attempts = 0
    email.raw = crm.store_pack([Octets(data)])[0]
    email.save()
    crm.files_composed(email, message)


def _store(email: Email, mailbox: Mailbox, by: str, now: datetime) -> Submission:
    """A failed email that is handed in again begins anew: nobody had accepted it."""
    Submission.objects.filter(email=email).delete()
    Delivery.objects.filter(email=email).delete()
    later = email.send_after if email.send_after and email.send_after > now else None
    return Submission.objects.create(
        email=email,
        mailbox=mailbox,
        raw=email.raw,
        priority=email.priority,
        submitted_by=by,
        submitted_on=now,
        not_before=later,
    )
