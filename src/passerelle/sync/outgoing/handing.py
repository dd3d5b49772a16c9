"""Hand one submission to the server, and write down what came of it, whatever it was."""

from collections.abc import Callable

import structlog

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.engine.services import Lease, assert_no_transaction, crash_point
from passerelle.faults import Fault
from passerelle.faults.cycles import SubmissionCancelled
from passerelle.faults.mailboxes import MailboxFault
from passerelle.faults.protocols import (
    MessageRefused,
    ProtocolFault,
    SenderRefused,
    ServerBusy,
)
from passerelle.protocols.interfaces import Handover, MailSender, RecipientAnswer
from passerelle.sync.models import Submission
from passerelle.sync.outgoing import journal
from passerelle.sync.outgoing.journal import Taken
from passerelle.sync.outgoing.kind import KIND

log = structlog.get_logger(__name__)

TEMPORARY = "4"  # the first digit of a reply that means: not now (RFC 5321, 4.2.1)


def hand_over(lease: Lease, taken: Taken, sender: MailSender) -> bool:
    """Whether the connection is good for another message. Raises what ends the cycle."""
    try:
        return _hand_over(lease, taken, sender)
    except SubmissionCancelled:
        log.info("email.taken_back_in_time", email=str(taken.submission.pk))
        return False  # it ended in the middle of a message


def _hand_over(lease: Lease, taken: Taken, sender: MailSender) -> bool:
    submission = taken.submission
    if submission.raw is None:
        raise AssertionError("a submission has its message until it is sent")
    data = crm.raw_bytes(submission.raw)
    assert_no_transaction()
    try:
        handover = sender.send(
            submission.email.sender,
            taken.recipients,
            data,
            before_final_dot=_marker(lease, submission),
        )
    except (SenderRefused, MessageRefused) as fault:
        _tell(submission, journal.refuse(lease, submission, fault))
        return True
    except ServerBusy as fault:
        _tell(submission, journal.put_back(lease, submission, fault, postponed=True))
        raise
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
    _settle(lease, submission, handover)
    crash_point("outgoing.recorded")
    return True


def _marker(lease: Lease, submission: Submission) -> Callable[[tuple[RecipientAnswer, ...]], None]:
    """What the adapter calls before the final dot; when it raises, the dot is not sent."""

    def before_final_dot(answers: tuple[RecipientAnswer, ...]) -> None:
        crash_point("outgoing.before-mark")
        journal.mark(lease, submission, answers)
        crash_point("outgoing.marked")

    return before_final_dot


def _settle(lease: Lease, submission: Submission, handover: Handover) -> None:
    if not handover.sent and submission.marked_on is not None:
        # The whole message was refused at the dot; accepted recipients mean nothing then.
        answer = handover.answer
        host = submission.mailbox.profile.outgoing_location if submission.mailbox.profile else ""
        if answer.startswith(TEMPORARY):
            busy = ServerBusy(host=host, answer=answer)
            _tell(submission, journal.put_back(lease, submission, busy, postponed=True))
        else:
            refused = MessageRefused(host=host, answer=answer)
            _tell(submission, journal.refuse(lease, submission, refused))
        return
    fault = journal.settle(
        lease, submission, handover.recipients, sent=handover.sent, answer=handover.answer
    )
    log.info("email.handed_over", email=str(submission.email_id), state=submission.state)
    _tell(submission, fault)


def _tell(submission: Submission, fault: Fault | None) -> None:
    if fault is not None:
        alerts.record(SubjectKind.EMAIL, submission.email_id, KIND, fault)
