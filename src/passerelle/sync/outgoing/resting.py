"""What rests after a limit of the server's was reached: a mailbox, or its mail to one domain.

Time alone ends a rest, and nothing waits in a thread meanwhile. Met again at once, a limit brings a
longer one; the first email that the server takes ends it for good, and its alert closes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.engine.services import Lease, fence
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import DomainTakesNoMore, SendingQuotaReached
from passerelle.mailboxes.models import Mailbox
from passerelle.messages import domain_key
from passerelle.sync.models import SendingRest
from passerelle.sync.outgoing.quota import Quota

log = structlog.get_logger(__name__)

ACTIVITY = "sending-limit"  # of the alert that closes when the server takes mail again
ALL_MAIL = ""  # in the place of a domain
DOMAIN_CHARS = 255
LONGEST_PAUSE = timedelta(minutes=5)  # then a limit of ours is looked at again


@dataclass(slots=True)
class Rests:
    """What rests of one mailbox, as one cycle knows it."""

    until: datetime | None = None  # all its mail
    shut: dict[str, datetime] = field(default_factory=dict)  # domains
    met: set[str] = field(default_factory=set)  # of which there are rows, over or not
    begun: set[str] = field(default_factory=set)  # that began in this cycle


def rests_of(mailbox: Mailbox, now: datetime) -> Rests:
    """One query."""
    rests = Rests()
    for row in SendingRest.objects.filter(mailbox=mailbox):
        rests.met.add(row.domain)
        if row.until > now:
            _hold(rests, row.domain, row.until)
    return rests


def open_rests(mailbox: Mailbox) -> list[SendingRest]:
    """For a page: what rests now, the whole mailbox first."""
    now = timezone.now()
    return list(SendingRest.objects.filter(mailbox=mailbox, until__gt=now).order_by("domain"))


def domain_of(address: str) -> str:
    """The domain of a recipient, as rests and limits name it."""
    return domain_key(address.rpartition("@")[2])[:DOMAIN_CHARS]


def to_domains(domains: Collection[str]) -> Q:
    """The deliveries to these domains."""
    found = Q(pk=None)
    for domain in domains:
        found |= Q(address__iendswith=f"@{domain}")
    return found


def begin(
    lease: Lease, mailbox: Mailbox, rests: Rests, quota: Quota, *, domain: str, answer: str
) -> None:
    """The limit was met: rest, longer than the last time, and say so."""
    with transaction.atomic():
        fence(lease)
        row, is_new = SendingRest.objects.get_or_create(
            mailbox=mailbox, domain=domain, defaults={"until": timezone.now()}
        )
        row.times += not is_new
        row.until, row.answer = timezone.now() + quota.rest(row.times), answer[:500]
        row.save()
    rests.met.add(domain)
    rests.begun.add(domain)
    _hold(rests, domain, row.until)
    log.info("sending.rests", mailbox=str(mailbox.pk), times=row.times, until=row.until.isoformat())
    alerts.record(SubjectKind.MAILBOX, mailbox.pk, ACTIVITY, fault_of(mailbox, domain, answer))


def pause(rests: Rests, held: Mapping[str, float]) -> None:
    """Limits of ours leave no room for so many seconds; they may be raised before that."""
    for domain, seconds in held.items():
        _hold(rests, domain, timezone.now() + min(timedelta(seconds=seconds), LONGEST_PAUSE))


def end(lease: Lease, mailbox: Mailbox, rests: Rests, taken_to: Collection[str]) -> None:
    """The server took mail to these domains: what rested for them is over.

    What began to rest after that mail was taken goes on.
    """
    proven = {ALL_MAIL, *taken_to} if taken_to else set()
    forget(lease, mailbox, rests, (rests.met & proven) - rests.begun)


def forget(lease: Lease, mailbox: Mailbox, rests: Rests, domains: Collection[str]) -> None:
    """Nothing rests for these any more; without any the alert closes."""
    if not domains:
        return
    with transaction.atomic():
        fence(lease)
        SendingRest.objects.filter(mailbox=mailbox, domain__in=domains).delete()
    rests.met.difference_update(domains)
    if not rests.met:
        alerts.heal(SubjectKind.MAILBOX, mailbox.pk, ACTIVITY)


def fault_of(mailbox: Mailbox, domain: str, answer: str) -> Fault:
    """What is told of a limit that was met."""
    host = mailbox.profile.outgoing_location if mailbox.profile else ""
    if domain == ALL_MAIL:
        return SendingQuotaReached(host=host, mailbox=mailbox.name, answer=answer)
    return DomainTakesNoMore(host=host, mailbox=mailbox.name, domain=domain, answer=answer)


def first_end(rests: Rests) -> datetime | None:
    """When the first of the domains goes on."""
    return min(rests.shut.values(), default=None)


def domains_of(addresses: Iterable[str]) -> set[str]:
    """The domains of these recipients."""
    return {domain_of(address) for address in addresses}


def _hold(rests: Rests, domain: str, until: datetime) -> None:
    if domain == ALL_MAIL:
        rests.until = until
    else:
        rests.shut[domain] = until
