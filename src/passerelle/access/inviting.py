"""Invitations: a link that works once, sent to the address of the user whom an account is.

The link is made just before the message leaves and is stored as a digest only. A later invitation
ends the earlier ones; so does revoking. What could not be sent leaves no link behind.
"""

from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults import Fault
from passerelle.mailboxes.services import send_notice

log = structlog.get_logger()

LIFETIME = timedelta(days=7)
TOKEN = "{token}"  # noqa: S105 - where the token stands in the address of a link


def invite(account: SignInAccount, link_address: str, by: str) -> datetime:
    """Send a link by mail, in the active language; says until when it works.

    `link_address` is the address of the page with `{token}` in it. Raises `ValidationError`
    without an address to send to, and what `send_notice` raises.
    """
    user = account.systemuser
    if user is None or not user.internal_email_address:
        raise ValidationError(gettext("This account is no user with an email address."))
    crm.revoke_links(account)
    token = crm.sign_in_link(account, lifetime=LIFETIME)
    ends = timezone.now() + LIFETIME
    try:
        subject, text = letter(user.fullname, link_address.replace(TOKEN, token), ends)
        send_notice(user.internal_email_address, subject, text)
    except Fault:
        crm.revoke_links(account)
        raise
    detail = {"until": ends.isoformat(timespec="minutes")}
    crm.note(AuditAction.INVITED, Subject("signinaccount", account.pk), by, detail)
    log.info("account.invited", account_id=str(account.pk), by=by)
    return ends


def revoke_invitations(account: SignInAccount, by: str) -> int:
    """Make the links of an account that nobody used yet work no longer; says how many."""
    with transaction.atomic():
        count = crm.revoke_links(account)
        if count:
            subject = Subject("signinaccount", account.pk)
            crm.note(AuditAction.INVITATIONS_REVOKED, subject, by, {"count": count})
    return count


def letter(name: str, link: str, ends: datetime) -> tuple[str, str]:
    """Subject and text of an invitation, in the active language."""
    day = timezone.localtime(ends)
    text = gettext(
        "Hello {name},\n\n"
        "with this link you come into Passerelle, once, until {day}:\n\n{link}\n\n"
        "You then choose a password and find your mailbox. Give the link to nobody.\n"
    ).format(name=name, link=link, day=f"{day:%Y-%m-%d %H:%M}")
    return gettext("Your access to Passerelle"), text
