"""The limits that were set here for what is sent, and the room that they leave for one email.

A limit a minute counts emails, one a day counts recipients, as the limits of providers do. An
email with more recipients than a day allows counts as the whole day, or it would never leave.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from passerelle.engine.services import Rate, look_for_room, take_room
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import SendingLimit
from passerelle.sync.outgoing.resting import ALL_MAIL, domain_of

MINUTE, DAY = 60, 86_400
ANYBODY = ("",)  # one recipient, of no domain
_DOMAIN = "domain "

Held = Mapping[str, float]  # seconds until there is room, by domain or for `ALL_MAIL`


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for the mail of one mailbox."""

    own: Mapping[str, SendingLimit]  # by the name of what shares it: the mailbox, its profile
    domains: Mapping[str, SendingLimit]


def limits_of(mailbox: Mailbox) -> Limits:
    """One query. Wants the profile loaded."""
    own: dict[str, SendingLimit] = {}
    if mailbox.profile is not None:
        each, together = mailboxes.limits_of_profile(mailbox.profile)
        own = {f"mailbox {mailbox.pk}": each, f"profile {mailbox.profile.pk}": together}
    return Limits(own, mailboxes.limits_of_domains())


def take(limits: Limits, recipients: Sequence[str]) -> Held:
    """Take room for one email to these recipients; what holds it, where there is not enough."""
    return _held(take_room(_wanted(limits, recipients)))


def look(limits: Limits, recipients: Sequence[str]) -> Held:
    """What would hold it now."""
    return _held(look_for_room(_wanted(limits, recipients)))


def _wanted(limits: Limits, recipients: Sequence[str]) -> dict[Rate, int]:
    wanted: dict[Rate, int] = {}
    for name, limit in limits.own.items():
        wanted.update(_rates(name, limit, len(recipients)))
    if limits.domains:
        for domain, count in Counter(map(domain_of, recipients)).items():
            if domain in limits.domains:
                wanted.update(_rates(f"{_DOMAIN}{domain}", limits.domains[domain], count))
    return wanted


def _rates(name: str, limit: SendingLimit, recipients: int) -> Iterable[tuple[Rate, int]]:
    if limit.emails_a_minute is not None:
        yield Rate(name, MINUTE, limit.emails_a_minute), 1
    if limit.recipients_a_day is not None:
        yield Rate(name, DAY, limit.recipients_a_day), recipients


def _held(full: Mapping[Rate, float]) -> Held:
    held: dict[str, float] = {}
    for rate, seconds in full.items():
        is_domain = rate.name.startswith(_DOMAIN)
        of = rate.name.removeprefix(_DOMAIN) if is_domain else ALL_MAIL
        held[of] = max(seconds, held.get(of, 0.0))
    return held
