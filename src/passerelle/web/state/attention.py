"""The first page's two questions: does mail flow, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext

from passerelle.alerts.services import open_cause_count
from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.models.mail.emails import TEXTS, EmailStatus
from passerelle.crm.readers import Way, newest_seen, passed_between
from passerelle.crm.services import visible_emails, waiting_aliases
from passerelle.engine.services import workers_alive
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, ProcessEmailUsing, TestStatus
from passerelle.mailboxes.services import system_settings
from passerelle.sync.models import Place, Quarantine, Reading
from passerelle.sync.models.incoming import Outcome, QuarantineState
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.web.state.chart import Day, day_of, edges_of_day

ENABLED = Q(enabled_for_incoming=True) | Q(enabled_for_outgoing=True)
# When no mailbox at all was looked into: so long, and so many times the set gap between two looks.
QUIET_AT_MOST, GAPS_MISSED = timedelta(minutes=15), 3
# What was begun earlier and sent today is not counted: so only the newest sent ones are looked at.
WRITTEN_WITHIN = timedelta(days=31)
MOST_DRAWN = 20_000  # emails; a day of more is drawn by its newest
MOST_COUNTED = 10_000  # nobody needs a count above it, and the database is spared


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person, and where."""

    tone: str
    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether mail flows, in a few words and a tone."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Whether mail is flowing, in figures."""

    mailboxes: int
    enabled: int
    last_cycle: datetime | None
    tracked_today: int
    ignored_today: int
    sent_today: int
    to_send: int


def needs_of(account: SignInAccount) -> list[Need]:
    """What waits for this person, the most pressing first; nothing that is not there."""
    emails = _email_needs(account)
    operated = _operator_needs() if account.operates_mailboxes else []
    kept = [_quarantined(), _aliases()] if account.is_administrator else []
    return [need for need in (*emails, *operated, *kept) if need.count]


def verdict_of() -> Verdict:
    """Does mail flow: the switch, the mailboxes that are enabled, the workers, the last look.

    A worker that cannot write, be the disk full or the database locked, gives no sign of life.
    """
    settings = system_settings()
    if settings.process_email_using == ProcessEmailUsing.EMAIL_ROUTER:
        return Verdict("warn", gettext("The Email Router processes email"))
    if not Mailbox.objects.filter(ENABLED).exists():
        return Verdict("warn", gettext("No mailbox is enabled"))
    if not workers_alive():
        return Verdict("bad", gettext("No worker is running"))
    last = _last_cycle()
    if last is None:
        return Verdict("warn", gettext("No mailbox was looked into yet"))
    gap = timedelta(seconds=settings.polling_seconds * GAPS_MISSED)
    if timezone.now() - last > max(gap, QUIET_AT_MOST):
        age = timesince(last, depth=1)
        return Verdict("bad", gettext("No mailbox was looked into for %s") % age)
    return Verdict("good", gettext("Mail flows"))


def flow_of(account: SignInAccount) -> Flow:
    """Figures of the last 24 hours, of what this person may see."""
    since = timezone.now() - timedelta(hours=24)
    emails = visible_emails(account)
    places = Place.objects.filter(decided_on__gte=since)
    sent = emails.filter(
        statuscode=EmailStatus.SENT, sent_on__gte=since, created_on__gte=since - WRITTEN_WITHIN
    )
    to_send = emails.filter(statuscode__in=(EmailStatus.PENDING_SEND, EmailStatus.SENDING))
    return Flow(
        mailboxes=Mailbox.objects.count(),
        enabled=Mailbox.objects.filter(ENABLED).count(),
        last_cycle=_last_cycle(),
        tracked_today=places.filter(outcome=Outcome.TRACKED)[:MOST_COUNTED].count(),
        ignored_today=places.filter(outcome=Outcome.IGNORED)[:MOST_COUNTED].count(),
        sent_today=sent[:MOST_COUNTED].count(),
        to_send=to_send[:MOST_COUNTED].count(),
    )


def _last_cycle() -> datetime | None:
    last: datetime | None = Reading.objects.aggregate(last=Max("cycle_finished_on"))["last"]
    return last


def last_day_of(account: SignInAccount) -> Day:
    """The emails of the last 24 hours, hour by hour; of more than are drawn, the newest."""
    edges = edges_of_day(timezone.localtime())
    return day_of(passed_between(account, edges, MOST_DRAWN), edges)


def newest_emails(account: SignInAccount) -> list[Email]:
    """The latest few."""
    emails = Email.objects.defer(*TEXTS)
    return newest_seen(account, emails, Way(), 8)


def _email_needs(account: SignInAccount) -> list[Need]:
    emails, pending = visible_emails(account), reverse("web:emails") + "?box=pending"
    lost = emails.filter(submission__state=SubmissionState.UNKNOWN)[:MOST_COUNTED].count()
    failed = emails.filter(statuscode=EmailStatus.FAILED)[:MOST_COUNTED].count()
    drafts = 0
    if account.systemuser is not None:
        own = Email.objects.filter(owner=account.systemuser, statuscode=EmailStatus.DRAFT)
        drafts = own[:MOST_COUNTED].count()
    return [
        Need("warn", ngettext("email waits for a person", "emails wait for a person", lost),
             lost, pending),
        Need("bad", ngettext("email could not be sent", "emails could not be sent", failed),
             failed, pending),
        Need("", ngettext("draft of yours", "drafts of yours", drafts),
             drafts, reverse("web:emails") + "?box=drafts"),
    ]  # fmt: skip


def _operator_needs() -> list[Need]:
    mailboxes = reverse("web:mailboxes")
    alerts = open_cause_count()
    pending = Mailbox.objects.filter(approval=AccessApproval.PENDING).count()
    failed = Mailbox.objects.filter(
        Q(incoming_status=TestStatus.FAILURE) | Q(outgoing_status=TestStatus.FAILURE)
    ).count()
    return [
        Need("bad", ngettext("alert is open", "alerts are open", alerts),
             alerts, reverse("web:alerts")),
        Need("bad", ngettext("mailbox failed its test", "mailboxes failed their test", failed),
             failed, f"{mailboxes}?test=failed"),
        Need("warn", ngettext("mailbox waits for approval", "mailboxes wait for approval", pending),
             pending, f"{mailboxes}?approval=pending"),
    ]  # fmt: skip


def _quarantined() -> Need:
    waiting = Quarantine.objects.filter(state=QuarantineState.WAITING)[:MOST_COUNTED].count()
    text = ngettext("message waits in quarantine", "messages wait in quarantine", waiting)
    return Need("warn", text, waiting, reverse("web:quarantine"))


def _aliases() -> Need:
    waiting = waiting_aliases()[:MOST_COUNTED].count()
    text = ngettext("alias waits for approval", "aliases wait for approval", waiting)
    return Need("warn", text, waiting, reverse("web:aliases-waiting"))
