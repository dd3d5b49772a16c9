"""Answer one email, answer all, forward: each makes a draft and opens it."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from passerelle.crm.models import Email
from passerelle.crm.queue_items import pick_by_answering
from passerelle.crm.services import (
    answering_writer,
    forward_draft,
    may_read_now,
    reply_all_draft,
    reply_draft,
    visible_emails,
)
from passerelle.web.rights import AccountRequest, signed_in

MakeDraft = Callable[..., Email]


@require_POST
@signed_in
def reply(request: AccountRequest, key: UUID) -> HttpResponse:
    """Answer the sender."""
    return _opened(request, key, reply_draft)


@require_POST
@signed_in
def reply_all(request: AccountRequest, key: UUID) -> HttpResponse:
    """Answer everybody."""
    return _opened(request, key, reply_all_draft)


@require_POST
@signed_in
def forward(request: AccountRequest, key: UUID) -> HttpResponse:
    """Give the email on."""
    return _opened(request, key, forward_draft)


def _opened(request: AccountRequest, key: UUID, make: MakeDraft) -> HttpResponse:
    emails = visible_emails(request.user).select_related("raw", "accepting_queue")
    email = get_object_or_404(emails, pk=key)
    writer = answering_writer(request.user, email)
    if writer is None or not may_read_now(request.user, email):
        raise Http404
    draft = make(email, request.user, sender=writer)
    if request.user.systemuser is not None:
        pick_by_answering(email, request.user.systemuser)
    return redirect("web:email-edit", draft.pk)
