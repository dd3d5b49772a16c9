"""One cycle of a mailbox's outgoing mail: each waiting submission in order, over one connection.

Nothing leaves unless the mailbox may send now. Nothing is sent twice: whatever may have been sent
and was not answered waits for a person.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Protocol

import structlog
from django.db.models import Min
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Again, Lease, crash_point, is_anyone_waiting
from passerelle.faults import Fault
from passerelle.faults.mail.protocols import ConnectionLost, LoginRefused
from passerelle.faults.mailboxes import CredentialsWait
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.protocols.interfaces import MailSender, Watch
from passerelle.sync.models import Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.models.timeline import CycleKind
from passerelle.sync.outgoing import journal, limits, resting
from passerelle.sync.outgoing.handing import Way, hand_over
from passerelle.sync.outgoing.journal import Taken
from passerelle.sync.outgoing.kind import EMAILS_A_ROUND, ENOUGH_SECONDS, KIND
from passerelle.sync.outgoing.resting import Rests
from passerelle.sync.timeline import noting as timeline

log = structlog.get_logger(__name__)


class OpenSender(Protocol):
    """What opens the way out for a mailbox, telling each step of it."""

    def __call__(self, mailbox: Mailbox, *, watch: Watch) -> MailSender: ...


def run(lease: Lease) -> Again:
    """The function that the engine calls."""
    return send_mail(lease, mailboxes.open_sender)


def failed(lease: Lease, fault: Fault) -> None:
    """The cycle ended by a fault: the mailbox shows it; a refusal was told where it was met."""
    if not isinstance(fault, CredentialsWait | LoginRefused):
        alerts.record(SubjectKind.MAILBOX, lease.key, KIND, fault)
    timeline.note_fault(lease, CycleKind.OUTGOING, fault)


def send_mail(lease: Lease, open_sender: OpenSender) -> Again:
    """One cycle; it rests when nothing waits."""
    mailbox = Mailbox.objects.select_related(*mailboxes.RELATED).filter(pk=lease.key).first()
    if mailbox is None:
        return Again(None)
    _tell_lost_answers(lease, mailbox)
    settings = mailboxes.system_settings()
    if mailboxes.may_process(mailbox, Direction.OUTGOING, settings) is not None:
        return Again(None)  # whoever changes that asks for the work
    rests, bounds = resting.rests_of(mailbox, timezone.now()), limits.limits_of(mailbox)
    resting.pause(rests, limits.look(bounds, limits.ANYBODY))  # before anybody connects
    if rests.until is None and journal.due(mailbox, rests.shut).exists():
        lease.tally.lap("prepare")
        with closing(open_sender(mailbox, watch=timeline.watch_of(lease.tally))) as sender:
            lease.tally.lap("sign-in")
            may_still = mailboxes.MayStill(mailbox.pk, Direction.OUTGOING)
            _send_all(Way(lease, mailbox, sender, rests, bounds, may_still))
        timeline.note_outgoing(lease, CycleKind.OUTGOING)
        alerts.store_took_mail()
        if _tell_lost_answers(lease, mailbox):
            # A way out that swallows answers shall not take the whole queue at once: the engine's
            # gaps grow until an answer arrives.
            raise ConnectionLost(host=_host(mailbox), step="DATA")
    alerts.heal(SubjectKind.MAILBOX, mailbox.pk, KIND)
    again = _seconds_until_next(mailbox, rests)
    if again is None:  # nothing waits, so nothing has to rest
        resting.forget(lease, mailbox, rests, rests.met)
    return Again(again)


def _send_all(way: Way) -> None:
    """A few after another, while the connection holds and nobody waits for its place.

    So a flood of one sender gives its place in the lane back again and again, and comes due behind
    the others that wait; and a connection is kept while work is there.
    """
    done = 0
    while done < EMAILS_A_ROUND and (taken := journal.next_ones(way.mailbox, way.rests.shut)):
        if not _send(way, taken):
            break
        done += len(taken)
        if is_anyone_waiting(way.lease):
            break
    resting.end(way.lease, way.mailbox, way.rests, way.taken_to)


def _send(way: Way, several: Sequence[Taken]) -> bool:
    """One after another; whether the connection is good for more."""
    shut = set(way.rests.shut)
    for taken in several:
        if way.lease.seconds_left() < ENOUGH_SECONDS:
            return False
        if held := limits.take(way.limits, taken.recipients):
            resting.pause(way.rests, held)
        elif not _send_one(way, taken):
            return False
        if way.rests.until is not None:
            return False
        if way.rests.shut.keys() - shut:
            break  # those who come next may be in a domain that is shut now
    return True


def _send_one(way: Way, taken: Taken) -> bool:
    crash_point("outgoing.taken")
    try:
        return hand_over(way, taken)
    finally:
        _count(way.lease, taken.submission)


def _count(lease: Lease, submission: Submission) -> None:
    """One more for the time line; what waits again or for a person is not sent."""
    sent = submission.state == SubmissionState.SENT
    octets = submission.raw.size if sent and submission.raw else 0
    lease.tally.add(listed=1, done=sent, failed=not sent, octets=octets)
    lease.tally.lap("send")


def _tell_lost_answers(lease: Lease, mailbox: Mailbox) -> bool:
    """Whether any was lost. The lease is ours, so nobody hands over what is still marked."""
    lost = journal.leave_to_person(lease, mailbox, _host(mailbox))
    for submission, fault in lost:
        log.warning("email.answer_lost", email=str(submission.email_id))
        alerts.record(SubjectKind.EMAIL, submission.email_id, KIND, fault)
    return bool(lost)


def _host(mailbox: Mailbox) -> str:
    return mailbox.profile.outgoing_location if mailbox.profile else ""


def _seconds_until_next(mailbox: Mailbox, rests: Rests) -> float | None:
    """None when nothing waits: submitting asks for the work."""
    now = timezone.now()
    if rests.until is None and journal.due(mailbox, rests.shut).exists():
        return 0.0
    waiting = Submission.objects.filter(mailbox=mailbox, state=SubmissionState.WAITING)
    if not waiting.exists():
        return None
    later = waiting.filter(not_before__gt=now).aggregate(first=Min("not_before"))["first"]
    moments = [one for one in (later, resting.first_end(rests)) if one is not None]
    first = rests.until or min(moments, default=now)
    return max(0.0, (first - now).total_seconds())
