"""Sends invitations as work of the engine: one connection, some letters, then a rest.

An invitation is marked as begun, with its account and link, before the relay is given anything.
What a killed run left begun may have been sent: it is told as uncertain and never sent twice.
"""

from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from passerelle.access.invitations.asking import KIND
from passerelle.access.invitations.crash_points import CLAIMED, HANDED_OVER, TOLD
from passerelle.access.inviting import LIFETIME, PURPOSES, TOKEN, letter, require_way
from passerelle.access.models.invitations import Invitation, Sending, Way
from passerelle.alerts import services as alerts
from passerelle.alerts.services import SubjectKind
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount, SystemUser
from passerelle.crm.models.people import Role
from passerelle.engine.services import Again, Lease, crash_point, fence, register
from passerelle.faults import Fault
from passerelle.faults.access import AccountNotMade, ProviderOff
from passerelle.faults.mail.messages import MessageFault
from passerelle.faults.relay import NoticePostponed, NoticeRefused, NoticeUncertain
from passerelle.mailboxes.services import Relay, open_relay, system_relay

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 900.0
AT_ONCE = 50  # letters a connection; with the rest below, a few each second at most
REST_SECONDS = 10.0
MOST_TRIES = 5
NOT_NOW = timedelta(minutes=15)  # greylisting passes after some minutes
SECONDS_FOR_ONE = 70.0  # an exchange with the relay ends within a minute


def register_invitations() -> None:
    """Have the engine send invitations."""
    register(KIND, run, deadline_seconds=DEADLINE_SECONDS, failed=failed)


def run(lease: Lease) -> Again:
    """Send some of what is due. Raises what `open_relay` raises; everybody waits then."""
    _settle(lease)
    if _due().exists():
        _send_some(lease)
    alerts.heal(SubjectKind.SYSTEM, lease.key, KIND)
    waiting = Invitation.objects.filter(state=Sending.WAITING).order_by("due_on")
    first = waiting.values_list("due_on", flat=True).first()
    if first is None:
        return Again(None)
    return Again(max(REST_SECONDS, (first - timezone.now()).total_seconds()))


def failed(lease: Lease, fault: Fault) -> None:
    """Open an alert; the work is tried again as the fault allows, and everybody waits."""
    alerts.record(SubjectKind.SYSTEM, lease.key, KIND, fault)


def _settle(lease: Lease) -> None:
    """Only this work sends, so what is begun now is what a killed run left behind."""
    lost = NoticeUncertain(host=system_relay().host)
    with transaction.atomic():
        fence(lease)
        begun = Invitation.objects.filter(state=Sending.BEGUN)
        begun.update(state=Sending.FAILED, code=lost.code, facts=lost.facts)


def _send_some(lease: Lease) -> None:
    with open_relay() as relay:
        for _ in range(AT_ONCE):
            if lease.seconds_left() < SECONDS_FOR_ONE or not _send_next(relay, lease):
                return


def _send_next(relay: Relay, lease: Lease) -> bool:
    """Send one; False when none is due or the connection is no longer good."""
    claimed = _claim(lease)
    if claimed is None:
        return False
    invitation, token = claimed
    crash_point(CLAIMED)
    if token is None:
        return True
    try:
        _hand_over(relay, invitation, token)
    except NoticePostponed as later:
        _put_off(lease, invitation, later)
    except (NoticeRefused, MessageFault) as no:
        _tell(lease, invitation, Sending.FAILED, no)
    except NoticeUncertain as lost:  # the mail may have left, so its link stays good
        _tell(lease, invitation, Sending.FAILED, lost, revoked=False)
        return False
    except Fault:  # the connection's, before the mail was given away: nobody got anything
        _wait_again(lease, invitation)
        raise
    else:
        crash_point(HANDED_OVER)
        _tell(lease, invitation, Sending.SENT)
    crash_point(TOLD)
    return True


def _claim(lease: Lease) -> tuple[Invitation, str | None] | None:
    """Mark the next as begun, with its account and link; no token where no account can be."""
    with transaction.atomic():
        fence(lease)
        found = _due().select_for_update(of=("self",)).select_related("systemuser")
        invitation = found.order_by("due_on", "pk").first()
        if invitation is None:
            return None
        now, way = timezone.now(), Way(invitation.way)
        try:
            require_way(way)
            account = _account(invitation.systemuser, invitation.language)
        except (AccountNotMade, ProviderOff) as fault:
            _write(invitation, state=Sending.FAILED, code=fault.code, facts=fault.facts)
            return invitation, None
        crm.revoke_links(account)
        token = crm.sign_in_link(account, lifetime=LIFETIME, purpose=PURPOSES[way])
        _write(invitation, state=Sending.BEGUN, sent_on=now, expires_on=now + LIFETIME,
               tries=invitation.tries + 1, code="", facts={})  # fmt: skip
        return invitation, token


def _account(user: SystemUser, language: str) -> SignInAccount:
    """The account of the user, made where there is none. Raises `AccountNotMade`."""
    account = SignInAccount.objects.filter(systemuser=user).first()
    if account is not None:
        return account
    name = user.internal_email_address.lower()
    try:
        with transaction.atomic():
            return crm.create_sign_in(name, Role.USER, systemuser=user, language=language)
    except ValidationError as error:
        raise AccountNotMade(answer=" ".join(error.messages)[:200]) from error


def _hand_over(relay: Relay, invitation: Invitation, token: str) -> None:
    user, ends = invitation.systemuser, invitation.expires_on
    assert ends is not None
    with override(invitation.language or None):
        link = invitation.link_address.replace(TOKEN, token)
        subject, text = letter(user.fullname, link, ends, Way(invitation.way))
        relay.send(user.internal_email_address, subject, text)


def _tell(
    lease: Lease, invitation: Invitation, state: Sending, fault: Fault | None = None, *,
    revoked: bool = True,
) -> None:  # fmt: skip
    with transaction.atomic():
        fence(lease)
        if fault and revoked:
            crm.revoke_links_of_users([invitation.pk])
        code, facts = (fault.code, fault.facts) if fault else ("", {})
        _write(invitation, state=state, code=code, facts=facts)


def _put_off(lease: Lease, invitation: Invitation, later: NoticePostponed) -> None:
    if invitation.tries >= MOST_TRIES:
        _tell(lease, invitation, Sending.FAILED, later)
        return
    with transaction.atomic():
        fence(lease)
        crm.revoke_links_of_users([invitation.pk])
        _write(invitation, state=Sending.WAITING, code=later.code, facts=later.facts,
               due_on=timezone.now() + NOT_NOW)  # fmt: skip


def _wait_again(lease: Lease, invitation: Invitation) -> None:
    with transaction.atomic():
        fence(lease)
        crm.revoke_links_of_users([invitation.pk])
        _write(invitation, state=Sending.WAITING, tries=invitation.tries - 1)


def _write(invitation: Invitation, **values: object) -> None:
    for name, value in values.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=list(values))


def _due() -> QuerySet[Invitation]:
    return Invitation.objects.filter(state=Sending.WAITING, due_on__lte=timezone.now())
