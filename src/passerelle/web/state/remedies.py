"""Where the remedy of an alert is carried out: a page, or another try for all that it stops."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.crm.models import SignInAccount
from passerelle.faults import Fault, Retry, fault_of
from passerelle.faults.mail.cycles import MessagesInQuarantine
from passerelle.faults.mail.protocols import LoginRefused
from passerelle.faults.mailboxes import (
    CredentialsNotAllowed,
    CredentialsUnreadable,
    CredentialsWait,
    NotApproved,
    PasswordMissing,
)
from passerelle.faults.store import StoreAway


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button: what it says and where it leads."""

    text: Promise
    address: str


_CREDENTIALS = (LoginRefused, PasswordMissing, CredentialsWait, CredentialsUnreadable)
_ENTER = _("Enter the credentials")
_OF_MAILBOX: Mapping[type[Fault], tuple[Promise, str]] = {
    **dict.fromkeys(_CREDENTIALS, (_ENTER, "web:mailbox-credentials")),
    CredentialsNotAllowed: (_("Edit the mailbox"), "web:mailbox-edit"),
    NotApproved: (_("Open the mailbox"), "web:mailbox"),
}


# What an operator of mailboxes may open of all that a remedy leads to.
_OPERATED = frozenset({"mailbox", "mailbox-credentials"})


def remedy_for(account: SignInAccount, alert: Alert, *, alone: bool) -> Remedy | None:
    """The page where this person acts on it; None where somebody else has to."""
    found = remedy_of(alert, alone=alone)
    if found is None or account.is_administrator:
        return found
    return found if resolve(found.address.partition("?")[0]).url_name in _OPERATED else None


def remedy_of(alert: Alert, *, alone: bool) -> Remedy | None:
    """The page where somebody acts on it. `alone`: nothing else has this cause."""
    fault = fault_of(alert.code)
    if fault is None:
        return None
    if issubclass(fault, StoreAway):
        return Remedy(_("Look at the health of this installation"), reverse("web:health"))
    if alert.subject_kind == SubjectKind.PROFILE:
        return Remedy(_("Edit the profile"), reverse("web:profile-edit", args=[alert.subject_id]))
    if alert.subject_kind != SubjectKind.MAILBOX or not alone:
        return None
    if fault is MessagesInQuarantine:
        address = f"{reverse('web:quarantine')}?mailbox={alert.subject_id}"
        return Remedy(_("Open the quarantine"), address)
    if fault in _OF_MAILBOX:
        text, name = _OF_MAILBOX[fault]
        return Remedy(text, reverse(name, args=[alert.subject_id]))
    return Remedy(_("Open the mailbox"), reverse("web:mailbox", args=[alert.subject_id]))


def may_be_tried_again(alert: Alert) -> bool:
    """Whether another look at the server may be all that it takes."""
    fault = fault_of(alert.code)
    is_mailbox = alert.subject_kind == SubjectKind.MAILBOX
    return is_mailbox and fault is not None and fault.retry is Retry.SOON
