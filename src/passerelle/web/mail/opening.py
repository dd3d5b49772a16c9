"""Which email an address may open: 404 for what is not this person's to see, read or file.

Listed are one's own, and to some all; beside those stands what others share.
"""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from passerelle.crm.models import Email
from passerelle.crm.services import (
    EDITABLE,
    may_read_body,
    may_read_now,
    may_read_source,
    visible_emails,
)
from passerelle.crm.sharing import shared_email
from passerelle.web.rights import AccountRequest

RELATED = (
    "owner",
    "accepting_user",
    "accepting_queue",
    "regarding_account",
    "regarding_contact",
    "regarding_lead",
    "correlated_activity",
    "raw",
)


def visible_email(request: AccountRequest, key: UUID) -> Email:
    """An email whose headers this person may see."""
    return get_object_or_404(visible_emails(request.user).select_related(*RELATED), pk=key)


def seen_email(request: AccountRequest, key: UUID) -> tuple[Email, bool]:
    """An email as far as this person sees it, and whether they only do as it is shared."""
    listed = visible_emails(request.user).filter(pk=key).select_related(*RELATED).first()
    email = listed or shared_email(request.user, key, *RELATED)
    if email is None:
        raise Http404
    return email, listed is None


def readable_email(request: AccountRequest, key: UUID) -> Email:
    """An email whose text this person may read now: their own, after a reason, or shared."""
    email, _ = seen_email(request, key)
    if not may_read_now(request.user, email):
        raise Http404
    return email


def email_with_source(request: AccountRequest, key: UUID) -> Email:
    """An email that this person may have as it came: their own, or after a reason."""
    email = visible_email(request, key)
    if not may_read_source(request.user, email):
        raise Http404
    return email


def written_email(request: AccountRequest, key: UUID) -> Email:
    """An email that was written here, of this person."""
    email = get_object_or_404(visible_emails(request.user).filter(direction_code=True), pk=key)
    if not may_read_body(request.user, email):
        raise Http404
    return email


def draft_of(request: AccountRequest, key: UUID) -> Email:
    """A draft, or an email that could not be sent, of this person."""
    email = written_email(request, key)
    if email.statuscode not in EDITABLE:
        raise Http404
    return email


def fileable_email(request: AccountRequest, key: UUID) -> Email:
    """An email that this person may file: one of its people, or an administrator."""
    email = visible_email(request, key)
    if not (request.user.is_administrator or may_read_body(request.user, email)):
        raise Http404
    return email
