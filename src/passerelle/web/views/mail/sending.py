"""A person's word on an email on its way.

It is taken back, or, where the last answer was lost, it was sent or goes out again.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_raised
from passerelle.crm.services import may_read_body, visible_emails
from passerelle.faults.mail.cycles import SubmissionGone, TooLateToCancel
from passerelle.sync.models import Submission
from passerelle.sync.services import cancel, said_sent, send_again
from passerelle.web.rights import AccountRequest, signed_in


@require_POST
@signed_in
def was_sent(request: AccountRequest, key: UUID) -> HttpResponse:
    """A person found out that the message went out."""
    return _decided(request, key, said_sent, gettext("Noted as sent."))


@require_POST
@signed_in
def again(request: AccountRequest, key: UUID) -> HttpResponse:
    """A person found out, or accepts the risk, that the message goes out again."""
    return _decided(request, key, send_again, gettext("It is sent again."))


@require_POST
@signed_in
def taken_back(request: AccountRequest, key: UUID) -> HttpResponse:
    """Do not send what still waits."""
    return _decided(request, key, cancel, gettext("It is not sent; it is a draft again."))


def _decided(
    request: AccountRequest, key: UUID, decide: Callable[[Submission, str], object], text: str
) -> HttpResponse:
    email = get_object_or_404(visible_emails(request.user), pk=key)
    if not (request.user.is_administrator or may_read_body(request.user, email)):
        raise Http404
    submission = Submission.objects.filter(email=email).first()
    if submission is None:  # taken back by somebody else, or never handed in
        messages.warning(request, render_raised(SubmissionGone()).cause)
        return redirect("web:email", email.pk)
    try:
        decide(submission, request.user.username)
        messages.success(request, text)
    except (SubmissionGone, TooLateToCancel) as fault:  # somebody else was faster
        messages.warning(request, render_raised(fault).cause)
    return redirect("web:email", email.pk)
