"""Starts invitations, sends them again, withdraws them: one audit entry an action.

What was previewed is what is done: when the selection holds another number by then, nothing
starts and a person looks again.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from passerelle.access.invitations.choosing import INVITABLE, Choice
from passerelle.access.inviting import require_way, told_of
from passerelle.access.models.invitations import Invitation, Sending, Way
from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.engine.services import ask
from passerelle.faults.access import InvitationsChanged, NobodyToInvite, TooManyInvited

log = structlog.get_logger(__name__)

KIND = "invitations"
WORK = UUID("6f3b6c0e-5c0f-4a0e-9a39-51f0a8f0c1d7")  # one piece of work sends them all in turn
MOST = 10_000  # people an action; more than a relay takes in a day
ROWS_AT_ONCE = 500
# What an earlier invitation of the same user is overwritten by; its `way` only where one is chosen.
FRESH = ("state", "link_address", "language", "asked_by", "asked_on", "due_on", "tries",
         "sent_on", "expires_on", "code", "facts")  # fmt: skip


def invite_many(
    choice: Choice,
    link_address: str,
    by: str,
    *,
    way: Way = Way.PASSWORD,
    expected: int | None = None,
) -> int:
    """Invite whoever of the choice can be; says how many. Raises an `AccessFault`."""
    require_way(way)
    with transaction.atomic():
        wanted = (
            choice.users()
            .annotate(becomes=F("prospect"))
            .filter(becomes__in=INVITABLE)
            .order_by("fullname", "pk")
        )
        keys = list(wanted.values_list("pk", flat=True)[: MOST + 1])
        if not keys:
            raise NobodyToInvite
        if len(keys) > MOST:
            raise TooManyInvited(most=MOST)
        if expected is not None and expected != len(keys):
            raise InvitationsChanged(before=expected, now=len(keys))
        _put(keys, link_address, by, way)
    log.info("invitations.asked", by=by, total=len(keys))
    return len(keys)


def send_again(keys: Collection[UUID], link_address: str, by: str) -> int:
    """Send anew, the same way, to those chosen who have not come and are not waiting."""
    with transaction.atomic():
        over = _locked(keys).exclude(state__in=[Sending.WAITING, Sending.BEGUN])
        found = over.select_related("systemuser__sign_in_account")
        again = [one.pk for one in found if not _came(one)]
        if not again:
            raise NobodyToInvite
        _put(again, link_address, by)
    log.info("invitations.asked", by=by, total=len(again))
    return len(again)


def withdraw(keys: Collection[UUID], by: str) -> int:
    """Stop what waits, and make open links of those chosen work no longer; says how many."""
    with transaction.atomic():
        gone = _locked(keys).exclude(state__in=[Sending.BEGUN, Sending.WITHDRAWN])
        open_ = gone.select_related("systemuser__sign_in_account")
        chosen = [one.pk for one in open_ if not _came(one)]
        if not chosen:
            raise NobodyToInvite
        _revoke(chosen)
        for some in _batches(chosen):
            Invitation.objects.filter(pk__in=some).update(state=Sending.WITHDRAWN, code="")
        detail = {"count": len(chosen)}
        crm.note(AuditAction.INVITATIONS_REVOKED, Subject("signinaccount"), by, detail)
    log.info("invitations.withdrawn", by=by, total=len(chosen))
    return len(chosen)


def invitations() -> QuerySet[Invitation]:
    """The invitations with what a list shows of them."""
    return Invitation.objects.select_related("systemuser__sign_in_account")


def _put(keys: list[UUID], link_address: str, by: str, way: Way | None = None) -> None:
    """Write the rows, note it once, and ask the engine; one transaction with the caller's."""
    now, language = timezone.now(), get_language() or ""
    _revoke(keys)
    rows = (
        Invitation(
            systemuser_id=key, link_address=link_address, language=language, asked_by=by,
            asked_on=now, due_on=now, way=way or Way.PASSWORD,
        )
        for key in keys
    )  # fmt: skip
    Invitation.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["systemuser"],
        update_fields=(*FRESH, "way") if way else FRESH,
    )
    detail = {"count": len(keys), **told_of(way)}
    crm.note(AuditAction.INVITED, Subject("signinaccount"), by, detail)
    ask(KIND, WORK)


def _locked(keys: Collection[UUID]) -> QuerySet[Invitation]:
    return Invitation.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)[:MOST])


def _revoke(keys: list[UUID]) -> None:
    for some in _batches(keys):
        crm.revoke_links_of_users(some)


def _came(invitation: Invitation) -> bool:
    return invitation.account is not None and invitation.account.last_login is not None


def _batches(keys: list[UUID]) -> Iterator[list[UUID]]:
    return (keys[start : start + ROWS_AT_ONCE] for start in range(0, len(keys), ROWS_AT_ONCE))
