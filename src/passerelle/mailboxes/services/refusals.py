"""After one refusal all work of a credential waits: repeated tries lock accounts, ban addresses.

A refusal hangs on host, credential and version, so that a new password ends it. The few tries
that are still made are spread over the day, and each is claimed first: of the hundred mailboxes
that wait for one credential, one tries and the others wait on.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from passerelle.faults.mailboxes import CredentialsWait
from passerelle.mailboxes.models import Credential, Refusal

DAY = timedelta(days=1)
NEVER = timedelta(days=36_500)  # 0 tries a day: only a new password ends it


def gap_between_tries(tries_per_day: int) -> timedelta:
    """How long refused credentials rest."""
    return DAY / tries_per_day if tries_per_day > 0 else NEVER


def claim_try(
    host: str, credential: Credential, *, owner: str, tries_per_day: int, now: datetime
) -> None:
    """Let the caller try the credential now. Raises `CredentialsWait`."""
    refusal = _refusal_of(host, credential).first()
    if refusal is None:
        return
    if refusal.next_try_on <= now:
        later = now + gap_between_tries(tries_per_day)
        won = Refusal.objects.filter(pk=refusal.pk, next_try_on=refusal.next_try_on).update(
            next_try_on=later
        )
        if won:
            return
        refusal.next_try_on = later
    raise CredentialsWait(host=host, owner=owner, next_try=spoken(refusal.next_try_on))


def note_refusal(
    host: str, credential: Credential, *, tries_per_day: int, now: datetime
) -> datetime:
    """Keep that the server said no; says when these credentials may be tried again."""
    next_try = now + gap_between_tries(tries_per_day)
    with transaction.atomic():
        _, made = Refusal.objects.get_or_create(
            host=host,
            credential=credential,
            version=credential.version,
            defaults={"refused_on": now, "next_try_on": next_try},
        )
        if not made:
            _refusal_of(host, credential).update(
                refused_on=now, next_try_on=next_try, tries=F("tries") + 1
            )
    return next_try


def forget_refusal(host: str, credential: Credential) -> bool:
    """The server took the credential; whether others waited for that."""
    deleted, _ = Refusal.objects.filter(host=host, credential=credential).delete()
    return deleted > 0


def next_try(host: str, credential: Credential) -> datetime | None:
    """When a refused credential may be tried again; None when it is not refused."""
    refusal = _refusal_of(host, credential).first()
    return refusal.next_try_on if refusal else None


def spoken(moment: datetime) -> str:
    """A time as a fact of a fault, in the time zone of the pages."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _refusal_of(host: str, credential: Credential) -> QuerySet[Refusal]:
    return Refusal.objects.filter(host=host, credential=credential, version=credential.version)
