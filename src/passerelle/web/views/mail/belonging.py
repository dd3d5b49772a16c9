"""What an email belongs to: a person's word on what is only proposed."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_raised
from passerelle.crm.models import Email
from passerelle.crm.services import accept_proposal, refuse_proposal, visible_emails
from passerelle.faults.tracking import TrackingFault
from passerelle.web.mail.opening import fileable_email
from passerelle.web.rights import AccountRequest, signed_in


@require_POST
@signed_in
def accept(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """It answers the email that is proposed, which this person sees."""
    email = fileable_email(request, key)
    proposed = email.proposed_activity_id
    if proposed is not None and not visible_emails(request.user).filter(pk=proposed).exists():
        raise Http404
    return _decided(request, email, accept_proposal, gettext("Joined."))


@require_POST
@signed_in
def refuse(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """It answers nothing."""
    email = fileable_email(request, key)
    return _decided(request, email, refuse_proposal, gettext("Noted: it answers no other email."))


def _decided(
    request: AccountRequest, email: Email, decide: Callable[[Email, str], None], text: str
) -> HttpResponseBase:
    try:
        decide(email, request.user.username)
        messages.success(request, text)
    except TrackingFault as fault:  # somebody else was faster
        messages.warning(request, render_raised(fault).cause)
    return redirect("web:email", email.pk)
