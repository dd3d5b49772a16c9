"""Hand one submission to the server, and write down what came of it, whatever it was."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.engine.services import Lease, assert_no_transaction, crash_point
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import SubmissionCancelled
from passerelle.faults.mail.protocols import (
    MessageRefused,
    ProtocolFault,
    SenderRefused,
    ServerBusy,
)
from passerelle.faults.mailboxes import MailboxFault
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.protocols.interfaces import Handover, MailSender, Recipient, RecipientAnswer
from passerelle.sync.models import Submission
from passerelle.sync.outgoing import journal, resting
from passerelle.sync.outgoing.journal import Taken
from passerelle.sync.outgoing.kind import KIND
from passerelle.sync.outgoing.limits import Limits
from passerelle.sync.outgoing.quota import Quota, Whose, quota_in
from passerelle.sync.outgoing.resting import Rests

log = structlog.get_logger(__name__)

TEMPORARY = "4"  # the first digit of a reply that means: not now (RFC 5321, 4.2.1)

Answers = tuple[RecipientAnswer, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The way out for one mailbox in one cycle, and what was learned of the server's limits."""

    lease: Lease
    mailbox: Mailbox
    sender: MailSender
    rests: Rests
    limits: Limits
    may_still: mailboxes.MayStill
    taken_to: set[str] = field(default_factory=set)  # domains to which mail was taken


def hand_over(way: Way, taken: Taken) -> bool:
    """Whether the connection is good for another message. Raises what ends the cycle."""
    try:
        return _hand_over(way, taken)
    except SubmissionCancelled:
        log.info("email.taken_back_in_time", email=str(taken.submission.pk))
        return False  # it ended in the middle of a message


def _hand_over(way: Way, taken: Taken) -> bool:
    lease, submission = way.lease, taken.submission
    data = _message(taken)
    assert_no_transaction()
    try:
        handover = way.sender.send(
            submission.email.sender,
            taken.recipients,
            data,
            before_final_dot=_marker(way, submission),
            asks_delivered=submission.email.delivery_receipt_requested,
        )
    except (SenderRefused, MessageRefused, ServerBusy) as fault:
        return _refused(way, taken, fault)
    except MailboxFault as fault:  # stopped by a person meanwhile, before the dot
        journal.put_back(lease, submission, fault, postponed=False)
        return False
    except ProtocolFault as fault:
        if submission.marked_on is not None:
            return False  # the caller leaves what is marked to a person
        # Once may be chance. An email that breaks each connection shall not hold up the others.
        postponed = submission.attempts > 1
        _tell(submission, journal.put_back(lease, submission, fault, postponed=postponed))
        raise
    crash_point("outgoing.answered")
    is_open = _settle(way, taken, handover)
    crash_point("outgoing.recorded")
    return is_open


def _message(taken: Taken) -> bytes:
    raw = taken.submission.raw
    if raw is None:
        raise AssertionError("a submission has its message until it is sent")
    return crm.raw_bytes(raw) if taken.data is None else taken.data


def _marker(way: Way, submission: Submission) -> Callable[[Answers], None]:
    """What the adapter calls before the final dot; when it raises, the dot is not sent."""

    def before_final_dot(answers: Answers) -> None:
        crash_point("outgoing.before-mark")
        journal.mark(way.lease, submission, _waited_out(answers), way.may_still)
        crash_point("outgoing.marked")

    return before_final_dot


def _settle(way: Way, taken: Taken, handover: Handover) -> bool:
    submission, answer = taken.submission, handover.answer
    if not handover.sent and submission.marked_on is not None:
        # The whole message was refused at the dot; accepted recipients mean nothing then.
        host = submission.mailbox.profile.outgoing_location if submission.mailbox.profile else ""
        if answer.startswith(TEMPORARY):
            return _refused(way, taken, ServerBusy(host=host, answer=answer), goes_on=True)
        return _refused(way, taken, MessageRefused(host=host, answer=answer))
    fault = journal.settle(
        way.lease,
        taken,
        _waited_out(handover.recipients),
        sent=handover.sent,
        answer=answer,
    )
    log.info("email.handed_over", email=str(submission.email_id), state=submission.state)
    _tell(submission, fault)
    if handover.sent:
        accepted = (one for one in handover.recipients if one.outcome is Recipient.ACCEPTED)
        way.taken_to.update(resting.domains_of(one.address for one in accepted))
    return _rest_for(way, handover.recipients)


def _refused(way: Way, taken: Taken, fault: Fault, *, goes_on: bool = False) -> bool:
    """The whole message was refused: for good, for now, or as too much was sent.

    `goes_on`: a busy server ends nothing, as it answered at the end of a message.
    """
    lease, submission = way.lease, taken.submission
    answer = str(fault.facts.get("answer", ""))
    quota = quota_in(answer)
    if quota is not None:
        domains = resting.domains_of(taken.recipients)
        domain = domains.pop() if quota.whose is Whose.DOMAIN and len(domains) == 1 else ""
        limit = resting.fault_of(way.mailbox, domain, answer)
        _tell(submission, journal.put_back(lease, submission, limit, postponed=True))
        if quota.whose is not Whose.RECIPIENT:
            _rest(way, quota, domain, answer)
        return False
    if isinstance(fault, ServerBusy):
        _tell(submission, journal.put_back(lease, submission, fault, postponed=True))
        if not goes_on:
            raise fault
        return True
    _tell(submission, journal.refuse(lease, submission, fault))
    return True


def _waited_out(answers: Answers) -> Answers:
    """A recipient who was refused for good because too much was sent waits all the same."""
    return tuple(
        replace(one, outcome=Recipient.POSTPONED)
        if one.outcome is Recipient.REFUSED and quota_in(one.answer)
        else one
        for one in answers
    )


def _rest_for(way: Way, answers: Answers) -> bool:
    """Rest for the limits that the answers for single recipients told of; whether mail goes on."""
    for one in answers:
        quota = quota_in(one.answer) if one.outcome is not Recipient.ACCEPTED else None
        if quota is None or quota.whose is Whose.RECIPIENT:
            continue
        is_all = quota.whose is Whose.SENDER
        domain = resting.ALL_MAIL if is_all else resting.domain_of(one.address)
        if domain not in way.rests.shut:
            _rest(way, quota, domain, one.answer)
        if is_all:
            return False
    return True


def _rest(way: Way, quota: Quota, domain: str, answer: str) -> None:
    resting.begin(way.lease, way.mailbox, way.rests, quota, domain=domain, answer=answer)


def _tell(submission: Submission, fault: Fault | None) -> None:
    if fault is not None:
        alerts.record(SubjectKind.EMAIL, submission.email_id, KIND, fault)
