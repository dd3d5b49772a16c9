"""Invitations: a link that works once, sent to the address of the user whom an account is.

The link is made just before the message leaves and is stored as a digest only. A later invitation
ends the earlier ones; so does revoking. What could not be sent leaves no link behind. A link leads
to the choice of a password, or to the provider, which says who the person is (decision 0028).
"""

from datetime import datetime, timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.access.models.invitations import Way
from passerelle.access.models.openid import LocalSignIn
from passerelle.access.openid.storing import openid_provider, provider_name
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Purpose, Subject
from passerelle.faults import Fault
from passerelle.faults.access import ProviderOff
from passerelle.mailboxes.services import send_notice

log = structlog.get_logger()

LIFETIME = timedelta(days=7)
PURPOSES = {Way.PASSWORD: Purpose.SIGN_IN, Way.PROVIDER: Purpose.PROVIDER}
TOKEN = "{token}"  # noqa: S105 - where the token stands in the address of a link


def ways_of_inviting() -> tuple[Way, ...]:
    """By what people may be invited to sign in, the usual one first."""
    provider = openid_provider()
    if not provider.enabled:
        return (Way.PASSWORD,)
    if provider.local_sign_in == LocalSignIn.ADMINISTRATORS:
        return (Way.PROVIDER, Way.PASSWORD)
    return (Way.PASSWORD, Way.PROVIDER)


def require_way(way: Way) -> None:
    """Raises `ProviderOff` where nobody can come in that way."""
    if way not in ways_of_inviting():
        raise ProviderOff


def invite(
    account: SignInAccount, link_address: str, by: str, *, way: Way = Way.PASSWORD
) -> datetime:
    """Send a link by mail, in the active language; says until when it works.

    `link_address` is the address of the page with `{token}` in it. Raises `ValidationError`
    without an address to send to, `ProviderOff`, and what `send_notice` raises.
    """
    require_way(way)
    user = account.systemuser
    if user is None or not user.internal_email_address:
        raise ValidationError(gettext("This account is no user with an email address."))
    crm.revoke_links(account)
    token = crm.sign_in_link(account, lifetime=LIFETIME, purpose=PURPOSES[way])
    ends = timezone.now() + LIFETIME
    try:
        subject, text = letter(user.fullname, link_address.replace(TOKEN, token), ends, way)
        send_notice(user.internal_email_address, subject, text)
    except Fault:
        crm.revoke_links(account)
        raise
    detail = {"until": ends.isoformat(timespec="minutes")} | told_of(way)
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


def told_of(way: Way | None) -> dict[str, str]:
    """What the audit keeps of a way that is not the usual one."""
    return {"way": str(way)} if way is Way.PROVIDER else {}


def letter(name: str, link: str, ends: datetime, way: Way) -> tuple[str, str]:
    """Subject and text of an invitation, in the active language."""
    day = timezone.localtime(ends)
    if way is Way.PROVIDER:
        text = gettext(
            "Hello {name},\n\n"
            "with this link you come into Passerelle, once, until {day}:\n\n{link}\n\n"
            "It leads to the sign-in of your company ({provider}). Sign in there with the account "
            "that has this email address; you then find your mailbox, and come in that way from "
            "now on. Give the link to nobody.\n"
        )
    else:
        text = gettext(
            "Hello {name},\n\n"
            "with this link you come into Passerelle, once, until {day}:\n\n{link}\n\n"
            "You then choose a password and find your mailbox. Give the link to nobody.\n"
        )
    facts = {"name": name, "link": link, "day": f"{day:%Y-%m-%d %H:%M}"}
    return gettext("Your access to Passerelle"), text.format(
        **facts, provider=provider_name() if way is Way.PROVIDER else ""
    )
