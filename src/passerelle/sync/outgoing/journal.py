"""How far each submission came: every durable step of sending, each one fenced transaction.

The mark is committed just before the final dot. A kill before it is a safe retry; with the mark
and without an answer nobody can tell, and the submission waits for a person (decision 0009).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from passerelle.crm import services as crm
from passerelle.crm.models import Email, RawMessage
from passerelle.crm.models.mail.emails import EmailState, EmailStatus
from passerelle.engine.services import Lease, ask_many, fence, fenced
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import (
    AllRecipientsRefused,
    SomeRecipientsRefused,
    SubmissionCancelled,
)
from passerelle.faults.mail.protocols import AnswerLost
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.protocols.interfaces import Recipient, RecipientAnswer
from passerelle.statements import Statement, run_together
from passerelle.sync.models import Delivery, SentCopy, Submission
from passerelle.sync.models.outgoing import DeliveryOutcome, SubmissionState
from passerelle.sync.outgoing.kind import COPIES, EMAILS_AT_ONCE, OCTETS_AT_ONCE
from passerelle.sync.outgoing.resting import domain_of, to_domains

FIRST_GAP = timedelta(minutes=1)
LARGEST_GAP = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1: at least 4 to 5 days
LAST_DOUBLING = 16
ANSWER_CHARS = 500

_OUTCOMES: Mapping[Recipient, DeliveryOutcome] = {
    Recipient.ACCEPTED: DeliveryOutcome.ACCEPTED,
    Recipient.REFUSED: DeliveryOutcome.REFUSED,
    Recipient.POSTPONED: DeliveryOutcome.POSTPONED,
}
OUTSTANDING = (DeliveryOutcome.WAITING, DeliveryOutcome.POSTPONED)
_READ = (  # the text of an email lies in its message
    *(field.name for field in Submission._meta.concrete_fields),
    *(f"email__{name}" for name in ("sender", "send_after", "delivery_receipt_requested")),
    *(f"raw__{field.name}" for field in RawMessage._meta.concrete_fields),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission in hand, and those who have still to get it."""

    submission: Submission
    deliveries: tuple[Delivery, ...]
    is_all: bool  # nobody else is left out of it, now or before
    data: bytes | None  # its message; None for a large one, which is read when its turn comes

    @property
    def recipients(self) -> tuple[str, ...]:
        """Their addresses."""
        return tuple(one.address for one in self.deliveries)


def due(mailbox: Mailbox, shut: Collection[str] = ()) -> QuerySet[Submission]:
    """What may be sent now, as far as somebody is to get it beyond the domains that are shut."""
    now = timezone.now()
    rows = Submission.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now),
        mailbox=mailbox,
        state=SubmissionState.WAITING,
    )
    if shut:
        outstanding = Delivery.objects.filter(email=OuterRef("pk"), outcome__in=OUTSTANDING)
        rows = rows.filter(Exists(outstanding.exclude(to_domains(shut))))
    return rows


def next_ones(mailbox: Mailbox, shut: Collection[str] = ()) -> list[Taken]:
    """The most urgent, then the oldest ones that are due, a few at once.

    Nothing is written: what became of one meanwhile is seen at its mark. Who is in a domain that
    is shut stays outstanding.
    """
    rows = due(mailbox, shut).select_related("email", "raw").only(*_READ)
    found = list(rows.order_by("-priority", "submitted_on", "email_id")[:EMAILS_AT_ONCE])
    messages = crm.many_raw_bytes([one.raw for one in found if one.raw], most=OCTETS_AT_ONCE)
    deliveries: dict[UUID, list[Delivery]] = defaultdict(list)
    of_these = Delivery.objects.filter(email__in=[one.pk for one in found])
    for delivery in of_these.only("email", "address", "outcome").order_by("delivery_id"):
        deliveries[delivery.email_id].append(delivery)
    for one in found:
        one.mailbox = mailbox  # loaded once
        one.attempts += 1
    return [_taken(one, deliveries[one.pk], shut, messages) for one in found]


def _taken(
    submission: Submission,
    deliveries: Sequence[Delivery],
    shut: Collection[str],
    messages: Mapping[UUID, bytes],
) -> Taken:
    outstanding = tuple(
        one
        for one in deliveries
        if one.outcome in OUTSTANDING and domain_of(one.address) not in shut
    )
    data = messages.get(submission.raw_id) if submission.raw_id else None
    return Taken(submission, outstanding, len(outstanding) == len(deliveries), data)


def outstanding_of(submission: Submission) -> QuerySet[Delivery]:
    """Those who have still to get it."""
    return Delivery.objects.filter(email=submission.email_id, outcome__in=OUTSTANDING)


def mark(
    lease: Lease,
    submission: Submission,
    answers: Iterable[RecipientAnswer],
    may_still: mailboxes.MayStill,
) -> None:
    """The dot goes out next. Those who were accepted still wait: only the dot's answer counts.

    Raises the `MailboxFault` that hinders the mailbox by now (after a switch nothing leaves), or
    `SubmissionCancelled` when a person took the email back: then the dot is not sent.
    """
    now = timezone.now()
    marked = crm.update_of_row(
        Submission,
        submission.pk,
        {"marked_on": now, "attempts": submission.attempts, "state": SubmissionState.MARKED},
        # As it was read; handed in again it has the same key, and another message.
        raw=submission.raw_id,
        state=SubmissionState.WAITING,
    )
    with transaction.atomic():
        done, _, *standing = fenced(
            lease, [marked, _to_status(submission, EmailStatus.SENDING), *may_still.questions]
        )
        hindrance = may_still.judged(standing)
        if hindrance is not None:
            raise hindrance
        if not done.changed:
            raise SubmissionCancelled
        _note(submission, (one for one in answers if one.outcome is not Recipient.ACCEPTED))
    submission.state, submission.marked_on = SubmissionState.MARKED, now


def settle(
    lease: Lease,
    taken: Taken,
    answers: Sequence[RecipientAnswer],
    *,
    sent: bool,
    answer: str,
) -> Fault | None:
    """The server's last word. Returns the fault to tell, when somebody did not get the email."""
    submission = taken.submission
    submission.answer = answer[:ANSWER_CHARS]
    with transaction.atomic():
        if sent and taken.is_all and all(one.outcome is Recipient.ACCEPTED for one in answers):
            _all_have_it(lease, taken, answers)
            return None
        fence(lease)
        _hold(submission)
        _note(submission, answers, sent=sent)
        return conclude(submission)


def _all_have_it(lease: Lease, taken: Taken, answers: Iterable[RecipientAnswer]) -> None:
    """What `_hold`, `_note` and `conclude` come to when everybody was accepted at once, fenced.

    So it is with nearly every email, and nothing has to be asked for it.
    """
    submission, now = taken.submission, timezone.now()
    submission.state, submission.not_before = SubmissionState.SENT, None
    changes = {"state": SubmissionState.SENT, "not_before": None, "answer": submission.answer}
    settled = crm.update_of_row(Submission, submission.pk, changes, raw=submission.raw_id)
    said = {one.address: one for one in answers}
    accepted = [
        crm.update_of_row(
            Delivery,
            delivery.pk,
            {
                "outcome": DeliveryOutcome.ACCEPTED,
                "reply_code": _code(said[delivery.address]),
                "answer": said[delivery.address].answer[:ANSWER_CHARS],
                "changed_on": now,
            },
        )
        for delivery in taken.deliveries
    ]
    status = _to_status(submission, EmailStatus.SENT)
    done, *_ = fenced(lease, [settled, *accepted, status])
    if not done.changed:
        raise SubmissionCancelled
    _owe_copy(submission)


def refuse(lease: Lease, submission: Submission, fault: Fault) -> Fault | None:
    """The server refused the whole message for good: nobody outstanding gets it."""
    with transaction.atomic():
        fence(lease)
        _hold(submission)
        _refuse_outstanding(submission, str(fault.facts.get("answer", "")))
        _blame(submission, fault)
        concluded = conclude(submission)
    return concluded and (fault if submission.state == SubmissionState.FAILED else concluded)


def put_back(
    lease: Lease, submission: Submission, fault: Fault, *, postponed: bool
) -> Fault | None:
    """Nothing was sent. It waits for the next cycle, or for its own gap when it was postponed.

    Returns the fault to tell when it was tried in vain for too long and is given up.
    """
    with transaction.atomic():
        fence(lease)
        _hold(submission)
        _blame(submission, fault)
        if postponed and _is_given_up(submission):
            _refuse_outstanding(submission, submission.answer)
            return conclude(submission)
        if postponed:
            _wait(submission)
        else:
            submission.state, submission.marked_on = SubmissionState.WAITING, None
            submission.save()
            _set_status(submission, EmailStatus.PENDING_SEND)
    return None


def leave_to_person(lease: Lease, mailbox: Mailbox, host: str) -> list[tuple[Submission, Fault]]:
    """Marked submissions that nobody is handing over any more: their answers are lost."""
    with transaction.atomic():
        fence(lease)
        lost = list(Submission.objects.filter(mailbox=mailbox, state=SubmissionState.MARKED))
        fault = AnswerLost(host=host)
        for submission in lost:
            submission.state = SubmissionState.UNKNOWN
            _blame(submission, fault)
            submission.save()
    return [(submission, fault) for submission in lost]


def _hold(submission: Submission) -> None:
    """Lock it as it was taken. Handed in again it has the same key, and another message."""
    same = Submission.objects.filter(pk=submission.pk, raw=submission.raw_id)
    if not same.select_for_update().values_list("pk", flat=True).first():
        raise SubmissionCancelled


def conclude(submission: Submission) -> Fault | None:
    """What the recipients' outcomes add up to, in the transaction of the caller."""
    outcomes = list(
        Delivery.objects.filter(email=submission.email_id).values_list("outcome", flat=True)
    )
    if any(outcome in OUTSTANDING for outcome in outcomes):
        if not _is_given_up(submission):
            _wait(submission)
            return None
        _refuse_outstanding(submission, submission.answer)
        return conclude(submission)
    accepted = outcomes.count(DeliveryOutcome.ACCEPTED)
    refused = outcomes.count(DeliveryOutcome.REFUSED)
    submission.state = SubmissionState.SENT if accepted else SubmissionState.FAILED
    submission.not_before = None
    submission.save()
    _set_status(submission, EmailStatus.SENT if accepted else EmailStatus.FAILED)
    if accepted:
        _owe_copy(submission)
    if not refused:
        return None
    if accepted:
        return SomeRecipientsRefused(accepted=accepted, refused=refused)
    return AllRecipientsRefused(refused=refused, answer=_an_answer(submission))


def _owe_copy(submission: Submission) -> None:
    """The Sent folder gets its copy by work of its own, which a kill cannot lose."""
    if not mailboxes.owes_copies(submission.mailbox):
        return
    owed = SentCopy(
        email_id=submission.email_id, mailbox=submission.mailbox, created_on=timezone.now()
    )
    SentCopy.objects.bulk_create([owed], ignore_conflicts=True)
    ask_many(COPIES, [mailboxes.asked(submission.mailbox, Direction.INCOMING)])


def _is_given_up(submission: Submission) -> bool:
    """The first try never is the last, however long the email had to wait for it."""
    later = submission.email.send_after or submission.submitted_on
    is_old = timezone.now() - max(submission.submitted_on, later) >= GIVEN_UP_AFTER
    return is_old and submission.attempts > 1


def _wait(submission: Submission) -> None:
    """Back in the row, with a gap that grows."""
    doublings = min(max(submission.attempts, 1) - 1, LAST_DOUBLING)
    submission.not_before = timezone.now() + min(FIRST_GAP * 2**doublings, LARGEST_GAP)
    submission.state, submission.marked_on = SubmissionState.WAITING, None
    submission.save()
    _set_status(submission, EmailStatus.PENDING_SEND)


def _note(
    submission: Submission, answers: Iterable[RecipientAnswer], *, sent: bool = False
) -> None:
    """Store what was said of each recipient; those who were accepted wait until it is sent.

    One statement for all who got the same answer.
    """
    alike: dict[tuple[DeliveryOutcome, int, str], list[str]] = defaultdict(list)
    for one in answers:
        outcome = _OUTCOMES[one.outcome]
        if outcome == DeliveryOutcome.ACCEPTED and not sent:
            outcome = DeliveryOutcome.WAITING
        alike[outcome, _code(one), one.answer[:ANSWER_CHARS]].append(one.address)
    for (outcome, code, answer), addresses in alike.items():
        outstanding_of(submission).filter(address__in=addresses).update(
            outcome=outcome, reply_code=code, answer=answer, changed_on=timezone.now()
        )


def _code(answer: RecipientAnswer) -> int:
    return max(0, min(answer.code, 999))


def _refuse_outstanding(submission: Submission, answer: str) -> None:
    outstanding_of(submission).update(
        outcome=DeliveryOutcome.REFUSED, answer=answer[:ANSWER_CHARS], changed_on=timezone.now()
    )


def _an_answer(submission: Submission) -> str:
    refused = Delivery.objects.filter(
        email=submission.email_id, outcome=DeliveryOutcome.REFUSED
    ).exclude(answer="")
    return refused.values_list("answer", flat=True).first() or submission.answer


def _blame(submission: Submission, fault: Fault) -> None:
    submission.code, submission.facts = fault.code, fault.facts
    submission.answer = str(fault.facts.get("answer", ""))[:ANSWER_CHARS]


def _set_status(submission: Submission, status: EmailStatus) -> None:
    """The email as its readers see it."""
    run_together([_to_status(submission, status)])


def _to_status(submission: Submission, status: EmailStatus) -> Statement:
    now = timezone.now()
    failed = status == EmailStatus.FAILED
    changes: dict[str, object] = {
        "statuscode": status,
        "statecode": EmailState.OPEN if failed else EmailState.COMPLETED,
        "delivery_attempts": submission.attempts,
        "modified_on": now,
    }
    if status == EmailStatus.SENT:
        changes["sent_on"] = now
    return crm.update_of_row(Email, submission.email_id, changes)
