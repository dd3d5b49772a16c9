"""Why an email is not sent yet, in one sentence, and when it is tried next.

`explain` is pure: from how the email, its mailbox and their work stand to the sentence. What a
person must do comes before what time settles, and what is certain before what is likely.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from passerelle.alerts.services import render_raised
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.engine.services import WorkState, state_of, workers_alive
from passerelle.faults import Fault
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.sync.models import SendingRest, Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.outgoing import limits
from passerelle.sync.outgoing.journal import outstanding_of
from passerelle.sync.outgoing.kind import KIND
from passerelle.sync.outgoing.resting import ALL_MAIL, domains_of, open_rests

AHEAD = 1_000  # nobody needs to know how many more stand before it
IDLE = WorkState(
    due_on=None,
    running=False,
    attempts=0,
    last_started_on=None,
    last_finished_on=None,
    last_code="",
)


@dataclass(frozen=True, slots=True)
class Held:
    """A limit holds email back: to one domain or all, as the server said or as was set here."""

    until: datetime
    domain: str = ""
    answer: str = ""  # the server's; empty where the limit is ours


@dataclass(frozen=True, slots=True)
class Standing:
    """How an email stands that goes out, and what it waits for."""

    status: EmailStatus
    now: datetime
    state: SubmissionState | None = None
    send_after: datetime | None = None
    not_before: datetime | None = None
    answer: str = ""  # the server's last refusal of this email
    hindrance: Fault | None = None  # of its mailbox
    credentials_rest_until: datetime | None = None
    held: Held | None = None
    work: WorkState = field(default=IDLE)  # of its mailbox
    a_worker_runs: bool = True
    ahead: int = 0  # emails of the same mailbox that are due before it


@dataclass(frozen=True, slots=True)
class Why:
    """One sentence in the reader's language, and the time of the next attempt where it is known."""

    text: str
    next_attempt: datetime | None = None


def why_not_sent(email: Email) -> Why | None:
    """The sentence of an email that goes out; None when there is nothing to say."""
    return explain(_standing(email)) if email.direction_code else None


def why_rests(mailbox: Mailbox) -> list[Why]:
    """What rests of a mailbox's outgoing email now, and until when."""
    now = timezone.now()
    held = [_as_held(row) for row in open_rests(mailbox)]
    full = limits.look(limits.limits_of(mailbox), limits.ANYBODY)
    held += [_as_paused(domain, full, now) for domain in full]
    return [_of_limit(one) for one in held]


def explain(standing: Standing) -> Why | None:
    """What it waits for, the most certain first. None: it is sent, or never goes out."""
    return _of_itself(standing) if _is_still(standing) else _of_its_turn(standing)


def _is_still(standing: Standing) -> bool:
    """Whether the email itself says all: it is not in the row of its mailbox."""
    return standing.state != SubmissionState.WAITING


def _of_itself(standing: Standing) -> Why | None:
    match standing.status, standing.state:
        case EmailStatus.DRAFT, _:
            return Why(gettext("It is a draft: nobody has sent it yet."))
        case EmailStatus.FAILED, _ if standing.answer:
            text = gettext("It was refused for good (%(answer)s): correct it and send it again.")
            return Why(text % {"answer": standing.answer})
        case EmailStatus.FAILED, _:
            return Why(gettext("It was refused for good: correct it and send it again."))
        case _, SubmissionState.UNKNOWN:
            return Why(
                gettext(
                    "The server had the whole message and its last answer was lost: a person "
                    "says whether it was sent."
                )
            )
        case _, SubmissionState.MARKED:
            return Why(gettext("It is being handed over: the server's last answer is awaited."))
        case _:
            return None


def _of_its_turn(standing: Standing) -> Why:
    now = standing.now
    if standing.hindrance is not None:
        cause = render_raised(standing.hindrance).cause.rstrip(".")
        return Why(gettext("It waits for a person: %(cause)s.") % {"cause": cause})
    if standing.send_after is not None and standing.send_after > now:
        return Why(gettext("It goes out at the time that was chosen."), standing.send_after)
    rest = standing.credentials_rest_until
    if rest is not None and rest > now:
        text = gettext("The server refused the mailbox's password; it is not tried all the time.")
        return Why(text, rest)
    if standing.held is not None and standing.held.until > now:
        return _of_limit(standing.held)
    if standing.not_before is not None and standing.not_before > now:
        text = gettext("The server asked to come back later: %(answer)s")
        return Why(text % {"answer": standing.answer or "…"}, standing.not_before)
    return _of_its_work(standing)


def _of_limit(held: Held) -> Why:
    match bool(held.answer), bool(held.domain):
        case True, True:
            text = gettext("The server takes no more email to %(domain)s for now: %(answer)s")
        case True, False:
            text = gettext("The server takes no more email from this mailbox for now: %(answer)s")
        case False, True:
            text = gettext("As much was sent to %(domain)s as the system settings allow.")
        case _:
            text = gettext("As much was sent as the limits of the server profile allow.")
    return Why(text % {"domain": held.domain, "answer": held.answer}, held.until)


def _of_its_work(standing: Standing) -> Why:
    work, now = standing.work, standing.now
    if not standing.a_worker_runs:
        return Why(gettext("No worker of Passerelle is running: start it."))
    if work.running and standing.ahead:
        text = ngettext(
            "Its mailbox is sending, and %(count)s email is before it.",
            "Its mailbox is sending, and %(count)s emails are before it.",
            standing.ahead,
        )
        return Why(text % {"count": standing.ahead})
    if work.running:
        return Why(gettext("Its mailbox is sending; its turn is now."))
    if work.due_on is not None and work.due_on > now and work.last_code:
        text = gettext("The last attempt of its mailbox failed (%(code)s); see its alert.")
        return Why(text % {"code": work.last_code}, work.due_on)
    if work.due_on is not None and work.due_on > now:
        return Why(gettext("Its mailbox has its turn in a moment."), work.due_on)
    if work.due_on is not None:
        return Why(gettext("It waits until a connection of its server profile is free."))
    if work.last_code:
        text = gettext("The last attempt of its mailbox failed (%(code)s); see its alert.")
        return Why(text % {"code": work.last_code})
    return Why(gettext("Its mailbox rests; an administrator can have it synchronized on its page."))


def _standing(email: Email) -> Standing:
    related = [f"mailbox__{name}" for name in mailboxes.RELATED]
    found = Submission.objects.filter(email=email).select_related("mailbox", *related).first()
    status, now = EmailStatus(email.statuscode), timezone.now()
    if found is None:
        return Standing(status=status, now=now)
    mailbox = found.mailbox
    settings = mailboxes.system_settings()
    return Standing(
        status=status,
        now=now,
        state=SubmissionState(found.state),
        send_after=email.send_after,
        not_before=found.not_before,
        answer=found.answer,
        hindrance=mailboxes.may_process(mailbox, Direction.OUTGOING, settings),
        credentials_rest_until=mailboxes.credentials_rest_until(mailbox, Direction.OUTGOING),
        held=_held(found),
        work=state_of(KIND, [mailbox.pk]).get(mailbox.pk, IDLE),
        a_worker_runs=bool(workers_alive()),
        ahead=_ahead(found),
    )


def _held(submission: Submission) -> Held | None:
    """The limit that holds it back from everybody who has still to get it."""
    now, mailbox = timezone.now(), submission.mailbox
    recipients = list(outstanding_of(submission).values_list("address", flat=True))
    full = limits.look(limits.limits_of(mailbox), recipients)
    by_domain = {domain: _as_paused(domain, full, now) for domain in full}
    by_domain |= {row.domain: _as_held(row) for row in open_rests(mailbox)}
    if ALL_MAIL in by_domain:
        return by_domain[ALL_MAIL]
    domains = domains_of(recipients)
    if not domains or domains - by_domain.keys():
        return None
    return min((by_domain[one] for one in domains), key=lambda held: held.until)


def _as_paused(domain: str, full: limits.Held, now: datetime) -> Held:
    return Held(now + timedelta(seconds=full[domain]), domain)


def _as_held(row: SendingRest) -> Held:
    return Held(row.until, row.domain, row.answer)


def _ahead(submission: Submission) -> int:
    waiting = Submission.objects.filter(
        mailbox=submission.mailbox_id, state=SubmissionState.WAITING, not_before=None
    )
    more_urgent = waiting.filter(priority__gt=submission.priority)
    earlier = waiting.filter(priority=submission.priority, submitted_on__lt=submission.submitted_on)
    return more_urgent[:AHEAD].count() + earlier[:AHEAD].count()
