"""After one refusal all work of a credential waits: repeated tries lock accounts, ban addresses.

A refusal hangs on host, credential and version, so that a new password ends it. The few tries
that are still made are spread over the day, and each is claimed first: of the hundred mailboxes
that wait for one credential, one tries and the others wait on.

A credential that signs in for many accounts may be right, and one of the accounts unknown at the
server. So a refusal is first that account's alone; several in a row, none taken in between, are
held to be the credential's own.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from passerelle.faults.mailboxes import CredentialsWait
from passerelle.mailboxes.models import Credential, Refusal

DAY = timedelta(days=1)
NEVER = timedelta(days=36_500)  # 0 tries a day: only a new password ends it
ACCOUNTS_IN_A_ROW = 3  # below the five tries after which servers commonly lock an account


def gap_between_tries(tries_per_day: int) -> timedelta:
    """How long refused credentials rest."""
    return DAY / tries_per_day if tries_per_day > 0 else NEVER


def claim_try(
    host: str,
    credential: Credential,
    *,
    owner: str,
    tries_per_day: int,
    now: datetime,
    account: str = "",
) -> None:
    """Let the caller try the credential now. Raises `CredentialsWait`."""
    refusals = list(_refusals_of(host, credential, account))
    for refusal in refusals:  # nothing is claimed for an account that has to wait anyway
        if refusal.next_try_on > now:
            raise _wait(refusal.next_try_on, host, owner)
    later = now + gap_between_tries(tries_per_day)
    for refusal in refusals:
        won = Refusal.objects.filter(pk=refusal.pk, next_try_on=refusal.next_try_on).update(
            next_try_on=later
        )
        if not won:
            raise _wait(later, host, owner)


def note_refusal(
    host: str, credential: Credential, *, tries_per_day: int, now: datetime, account: str = ""
) -> datetime:
    """Keep that the server said no; says when these credentials may be tried again."""
    next_try = now + gap_between_tries(tries_per_day)
    with transaction.atomic():
        _note(host, credential, account, now, next_try)
        if account and _is_its_own(host, credential):
            _note(host, credential, "", now, next_try)
    return next_try


def forget_refusal(host: str, credential: Credential, account: str = "") -> bool:
    """The server took the credential; whether others waited for that."""
    known = list(Refusal.objects.filter(host=host, credential=credential))
    if not known:
        return False
    ended = [one.pk for one in known if one.account in {"", account}]
    Refusal.objects.filter(pk__in=ended).delete()
    Refusal.objects.filter(host=host, credential=credential).update(is_fresh=False)
    return any(not one.account for one in known)


def next_try(host: str, credential: Credential, account: str = "") -> datetime | None:
    """When a refused credential may be tried again; None when it is not refused."""
    times = [one.next_try_on for one in _refusals_of(host, credential, account)]
    return max(times, default=None)


def spoken(moment: datetime) -> str:
    """A time as a fact of a fault, in the time zone of the pages."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _refusals_of(host: str, credential: Credential, account: str) -> QuerySet[Refusal]:
    """Those that this account must mind: its own, and the credential's."""
    return Refusal.objects.filter(
        host=host, credential=credential, version=credential.version, account__in={"", account}
    ).order_by("account")


def _note(
    host: str, credential: Credential, account: str, now: datetime, next_try: datetime
) -> None:
    refusal, made = Refusal.objects.get_or_create(
        host=host,
        credential=credential,
        version=credential.version,
        account=account,
        defaults={"refused_on": now, "next_try_on": next_try},
    )
    if not made:
        Refusal.objects.filter(pk=refusal.pk).update(
            refused_on=now, next_try_on=next_try, tries=F("tries") + 1, is_fresh=True
        )


def _is_its_own(host: str, credential: Credential) -> bool:
    """Whether it is the credential that is refused, not accounts that the server does not know."""
    ours = Refusal.objects.filter(host=host, credential=credential, version=credential.version)
    if ours.filter(account="").exists():
        return True
    return ours.filter(is_fresh=True).count() >= ACCOUNTS_IN_A_ROW


def _wait(until: datetime, host: str, owner: str) -> CredentialsWait:
    return CredentialsWait(host=host, owner=owner, next_try=spoken(until))
