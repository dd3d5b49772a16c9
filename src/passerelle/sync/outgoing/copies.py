"""Copies of what was sent, put into the Sent folder: an effect of its own, after Sent (DESIGN 18).

Each copy is owed by a row that was committed with the email's Sent. A kill anywhere leaves the
row, and the next attempt searches the folder for the Message-ID first, so nothing is doubled.
What fails here fails no email: it is a warning at most, and is tried again.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.engine.services import Again, Lease, assert_no_transaction, crash_point, fence
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import SentCopiesWait, SentCopyRefused
from passerelle.faults.mail.protocols import (
    CertificateRefused,
    CommandRefused,
    ConnectionRefused,
    EncryptionFailed,
    EncryptionNotOffered,
    HostNotFound,
    LoginRefused,
)
from passerelle.faults.mailboxes import CredentialsWait, MailboxFault
from passerelle.faults.store import StoreAway
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing
from passerelle.protocols.interfaces import Filed, SentFolder
from passerelle.sync.models import SentCopy
from passerelle.sync.models.outgoing import CopyState
from passerelle.sync.models.timeline import CycleKind
from passerelle.sync.outgoing.kind import COPIES
from passerelle.sync.timeline import noting as timeline

log = structlog.get_logger(__name__)

OpenSent = Callable[[Mailbox], SentFolder]

DEADLINE_SECONDS = 1_800.0
ENOUGH_SECONDS = 600.0  # left of the deadline to begin another copy
COPIES_A_ROUND = 100  # then others of the same lane have their turn
REST_SECONDS = 3_600.0  # while something that a person changes stands in the way
# What only opening the connection raises, the same that reads this mailbox.
TOLD_BY_READING = (
    HostNotFound,
    ConnectionRefused,
    CertificateRefused,
    EncryptionNotOffered,
    EncryptionFailed,
    LoginRefused,
    CredentialsWait,
)
FIRST_GAP = timedelta(minutes=10)
LARGEST_GAP = timedelta(hours=12)
GIVEN_UP_AFTER = timedelta(days=5)
LAST_DOUBLING = 10


def run(lease: Lease) -> Again:
    """The function that the engine calls."""
    return file_copies(lease, mailboxes.open_sent_folder)


def failed(lease: Lease, fault: Fault) -> None:
    """The round ended by a fault: a warning, unless another alert tells its cause.

    A server that is away, or our own store, would otherwise be one more alert of each mailbox with
    a copy owed.
    """
    if isinstance(fault, StoreAway):
        alerts.record(SubjectKind.MAILBOX, lease.key, COPIES, fault)  # it becomes the system's
    else:
        mailbox = Mailbox.objects.filter(pk=lease.key).first()
        is_read = mailbox is not None and mailboxes.is_enabled(mailbox, Direction.INCOMING)
        if not (is_read and isinstance(fault, TOLD_BY_READING)):
            _warn(lease, mailbox.name if mailbox else "", fault)
    timeline.note_fault(lease, CycleKind.COPIES, fault)


def file_copies(lease: Lease, open_sent: OpenSent) -> Again:
    """One round; it rests when nothing is owed."""
    mailbox = Mailbox.objects.select_related(*mailboxes.RELATED).filter(pk=lease.key).first()
    if mailbox is None or not _owed(mailbox).exists():
        return Again(None)
    settings = mailboxes.system_settings()
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        return Again(REST_SECONDS)
    lease.tally.lap("prepare")
    due = list(_owed(mailbox).filter(_is_due())[:COPIES_A_ROUND])
    if due:
        try:
            sent = open_sent(mailbox)
        except (MailboxFault, LoginRefused) as fault:
            failed(lease, fault)
            return Again(REST_SECONDS)
        lease.tally.lap("sign-in")
        with closing(sent):
            refused = _file_all(lease, due, sent)
        timeline.note_outgoing(lease, CycleKind.COPIES)
        if not refused:
            alerts.heal(SubjectKind.MAILBOX, mailbox.pk, COPIES)
    return Again(_seconds_until_next(mailbox))


def _file_all(lease: Lease, due: list[SentCopy], sent: SentFolder) -> bool:
    """One after another; whether any was refused."""
    refused = False
    for copy in due:
        if lease.seconds_left() < ENOUGH_SECONDS:
            break
        try:
            _file(lease, copy, sent)
        except CommandRefused as fault:
            _postpone(lease, copy, fault)
            refused = True
        filed = copy.state in {CopyState.FILED, CopyState.FOUND}
        lease.tally.add(listed=1, done=filed, failed=not filed)
        lease.tally.lap("file")
    return refused


def _file(lease: Lease, copy: SentCopy, sent: SentFolder) -> None:
    email = copy.email
    if email.raw is None:  # its source is not kept any more: nothing can be filed
        _settle(lease, copy, CopyState.GIVEN_UP)
        return
    data = crm.raw_bytes(email.raw)
    assert_no_transaction()
    crash_point("copy.before")
    filed = sent.file(email.message_id, data, before_append=lambda: _still_ours(lease))
    crash_point("copy.appended")
    _settle(lease, copy, CopyState.FOUND if filed.was_there else CopyState.FILED, filed)
    log.info("email.copy_filed", email=str(copy.email_id), was_there=filed.was_there)
    crash_point("copy.recorded")


def _still_ours(lease: Lease) -> None:
    """A worker that woke up after its lease puts nothing anywhere."""
    with transaction.atomic():
        fence(lease)


def _settle(lease: Lease, copy: SentCopy, state: CopyState, filed: Filed | None = None) -> None:
    with transaction.atomic():
        fence(lease)
        copy.state, copy.answer, copy.not_before = state, "", None
        if filed is not None:
            copy.folder = filed.folder[:255]
            copy.uid_validity, copy.uid = filed.uid_validity, filed.uid
        copy.attempts += 1
        copy.save()
    alerts.heal(SubjectKind.EMAIL, copy.email_id, COPIES)


def _postpone(lease: Lease, copy: SentCopy, fault: CommandRefused) -> None:
    """The server said no to this one: the others go on, and it comes again after a gap."""
    now = timezone.now()
    gap = min(FIRST_GAP * 2 ** min(copy.attempts, LAST_DOUBLING), LARGEST_GAP)
    with transaction.atomic():
        fence(lease)
        copy.attempts += 1
        copy.answer = str(fault.facts.get("answer", ""))[:500]
        copy.not_before = now + gap
        if now - copy.created_on >= GIVEN_UP_AFTER:
            copy.state = CopyState.GIVEN_UP
        copy.save()
    alerts.record(SubjectKind.EMAIL, copy.email_id, COPIES, SentCopyRefused(answer=copy.answer))


def _warn(lease: Lease, name: str, fault: Fault) -> None:
    warning = SentCopiesWait(mailbox=name, problem=fault.code)
    alerts.record(SubjectKind.MAILBOX, lease.key, COPIES, warning)


def _owed(mailbox: Mailbox) -> QuerySet[SentCopy]:
    copies = SentCopy.objects.filter(mailbox=mailbox, state=CopyState.WAITING)
    return copies.select_related("email__raw").order_by("created_on", "email_id")


def _is_due() -> Q:
    return Q(not_before=None) | Q(not_before__lte=timezone.now())


def _seconds_until_next(mailbox: Mailbox) -> float | None:
    """None when nothing is owed; a sent email asks for the work."""
    owed = _owed(mailbox).order_by()
    if owed.filter(_is_due()).exists():
        return 0.0
    first = owed.aggregate(first=Min("not_before"))["first"]
    return max(0.0, (first - timezone.now()).total_seconds()) if first else None
