"""Sessions: begun at sign-in, listed, and ended by a person, by idleness or by age.

The browser's session holds the key of a row; when the row is gone, or too old, the session is
over at its next request. A changed password or role ends a session by Django's own digest, see
`SignInAccount.get_session_auth_hash`.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from passerelle.access.models import SignInSession, SignInSettings
from passerelle.access.models.sessions import SignedInBy
from passerelle.access.second_factor import second_factor_of
from passerelle.access.settings import sign_in_settings, wants_second_factor
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import store_faults
from passerelle.faults.store import StoreFault
from passerelle.guids import guid_of

log = structlog.get_logger()

KEY = "signinsession"  # in the browser's session
SEEN_EVERY = timedelta(minutes=1)  # a row is not written at each page
AGENT_CHARS = 200
ADDRESS_CHARS = 45


def begin_session(sender: object, request: HttpRequest, user: SignInAccount, **signal: Any) -> None:
    """Hear of a sign-in (Django's signal) and list it."""
    del sender, signal
    now = timezone.now()
    before = _key_of(request.session)
    if before is not None:  # the same browser signed in again
        SignInSession.objects.filter(pk=before, account=user).delete()
    settings = sign_in_settings()
    oldest = now - timedelta(hours=settings.longest_hours)
    SignInSession.objects.filter(account=user, started_on__lt=oldest).delete()
    made = SignInSession.objects.create(
        account=user,
        signed_in_by=getattr(request, "signed_in_by", SignedInBy.PASSWORD),
        started_on=now,
        seen_on=now,
        address=getattr(request, "client_address", "")[:ADDRESS_CHARS],
        agent=_printable(request.META.get("HTTP_USER_AGENT", ""))[:AGENT_CHARS],
    )
    request.session[KEY] = str(made.pk)
    log.info("session.begun", account_id=str(user.pk), by=made.signed_in_by)


def note_refusal(sender: object, **signal: Any) -> None:
    """Hear that a name and a password were not taken (Django's signal); the name may be a secret.

    People type passwords into the box of the name, so the log says only that it happened.
    """
    del sender, signal
    log.warning("session.refused")


def open_session(session: SessionBase, account: SignInAccount) -> SignInSession | None:
    """The session of this browser if it still holds; notes that it was seen."""
    key, now = _key_of(session), timezone.now()
    if key is None:
        return None
    row = SignInSession.objects.filter(pk=key, account=account).first()
    if row is None:
        return None
    row.account = account
    if is_over(row, sign_in_settings(), now):
        row.delete()
        log.info("session.over", account_id=str(account.pk))
        return None
    if now - row.seen_on >= SEEN_EVERY:
        _notes.seen(row, now)
    return row


class _Notes:
    """Writes down when sessions were seen; rests for a while when the store takes nothing.

    Whoever looks for what is wrong with a full disk or a locked database is let in to read.
    """

    def __init__(self) -> None:
        self._rests_until: datetime | None = None

    def rest_no_more(self) -> None:
        self._rests_until = None

    def seen(self, row: SignInSession, now: datetime) -> None:
        if self._rests_until is not None and now < self._rests_until:
            return
        fault = _fault_of_noting(row, now)
        self._rests_until = None if fault is None else now + SEEN_EVERY
        if fault is not None:
            log.error("store.away", code=fault.code)


def _fault_of_noting(row: SignInSession, now: datetime) -> StoreFault | None:
    try:
        with store_faults(), transaction.atomic():
            SignInSession.objects.filter(pk=row.pk).update(seen_on=now)
    except StoreFault as fault:
        return fault
    return None


_notes = _Notes()


def forget_failed_notes() -> None:
    """Try again at once."""
    _notes.rest_no_more()


def owes_second_factor(row: SignInSession) -> bool:
    """Whether the account has to set up a second factor before it may do anything else."""
    if row.signed_in_by in {SignedInBy.SECOND_FACTOR, SignedInBy.PROVIDER}:
        return False
    return wants_second_factor(row.account) and second_factor_of(row.account) is None


def is_over(row: SignInSession, settings: SignInSettings, now: datetime) -> bool:
    """Whether a session was idle too long, or is too old."""
    idle = now - row.seen_on > timedelta(minutes=settings.idle_minutes)
    return idle or now - row.started_on > timedelta(hours=settings.longest_hours)


def sessions_of(account: SignInAccount) -> list[SignInSession]:
    """The sessions of an account that hold now, the last seen first."""
    settings, now = sign_in_settings(), timezone.now()
    rows = SignInSession.objects.filter(account=account).order_by("-seen_on", "-session_id")
    return [row for row in rows if not is_over(row, settings, now)]


def current_session(session: SessionBase) -> UUID | None:
    """The key of the row of this browser."""
    return _key_of(session)


def end_sessions(
    account: SignInAccount, by: str, *, only: UUID | None = None, but: UUID | None = None
) -> int:
    """End one session of an account, or all, or all but one; says how many."""
    with transaction.atomic():
        rows: QuerySet[SignInSession] = SignInSession.objects.filter(account=account)
        if only is not None:
            rows = rows.filter(pk=only)
        if but is not None:
            rows = rows.exclude(pk=but)
        ended, _ = rows.delete()
        if ended:
            subject = Subject("signinaccount", account.pk)
            crm.note(AuditAction.SESSIONS_ENDED, subject, by, {"count": ended})
    log.info("sessions.ended", account_id=str(account.pk), by=by, count=ended)
    return ended


def _key_of(session: SessionBase) -> UUID | None:
    return guid_of(str(session.get(KEY, "")))


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
