"""Writing: a new email, an answer, a draft that is changed, sent or thrown away.

And a person's word on an email on its way: it is taken back, or, where the last answer was lost,
it was sent or goes out again.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_raised
from passerelle.crm.models import Email
from passerelle.crm.models.emails import EmailStatus
from passerelle.crm.services import (
    create_draft,
    discard_draft,
    may_read_body,
    may_read_now,
    reply_draft,
    update_draft,
    visible_emails,
)
from passerelle.faults.cycles import SubmissionGone, SubmissionRefused, TooLateToCancel
from passerelle.faults.messages import DraftRefused
from passerelle.guids import new_guid
from passerelle.sync.models import Submission
from passerelle.sync.services import cancel, said_sent, send_again, submit
from passerelle.web.forms.emails import LetterForm, NewLetterForm, letter_of
from passerelle.web.forms.saving import saved
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.writing import answering_writer, sending_mailbox, writers_of

EDITABLE = (EmailStatus.DRAFT, EmailStatus.FAILED)


@signed_in
def new(request: AccountRequest) -> HttpResponseBase:
    """Write an email."""
    account = request.user
    writers = writers_of(account)
    if not writers:
        return render(request, "web/emails/nobody.html", status=403)
    initial = {"to": request.GET.get("to", "")[:1000], "guid": new_guid()}
    form = NewLetterForm(writers, request.POST or None, initial=initial)
    if form.is_valid():
        email = saved(
            form,
            lambda: create_draft(
                form.written(),
                sender=form.sender(),
                owner=account.systemuser,
                guid=form.cleaned_data["guid"],
            ),
        )
        if email is not None:
            return _after(request, email)
    return _form(request, form, None)


@require_POST
@signed_in
def answer(request: AccountRequest, key: UUID) -> HttpResponse:
    """Make the draft of an answer and open it."""
    email = get_object_or_404(visible_emails(request.user), pk=key)
    writer = answering_writer(request.user, email)
    if writer is None or not may_read_now(request.user, email):
        raise Http404
    draft = reply_draft(email, request.user, sender=writer)
    return redirect("web:email-edit", draft.pk)


@signed_in
def edit(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Change a draft, and send it if that button was pressed."""
    email = _draft(request, key)
    form = LetterForm(request.POST or None, initial=letter_of(email))
    if form.is_valid():
        stored = saved(form, lambda: update_draft(email, form.written()))
        if stored is not None:
            return _after(request, stored)
    return _form(request, form, email)


@require_POST
@signed_in
def discard(request: AccountRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    draft = get_object_or_404(Email, pk=_draft(request, key).pk, statuscode=EmailStatus.DRAFT)
    discard_draft(draft)
    messages.success(request, gettext("The draft is gone."))
    return redirect("web:emails")


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


def _draft(request: AccountRequest, key: UUID) -> Email:
    """A draft, or an email that could not be sent, of this person."""
    drafts = visible_emails(request.user).filter(direction_code=True, statuscode__in=EDITABLE)
    email = get_object_or_404(drafts, pk=key)
    if not may_read_body(request.user, email):
        raise Http404
    return email


def _after(request: AccountRequest, email: Email) -> HttpResponseBase:
    """The draft is kept; with the other button it is handed over, too."""
    if email.statuscode not in EDITABLE:  # the button was pressed twice
        return redirect("web:email", email.pk)
    if request.POST.get("action") != "send":
        messages.success(request, gettext("The draft is kept."))
        return redirect("web:email", email.pk)
    try:
        submit(email, request.user.username, sending_mailbox(email))
    except (SubmissionRefused, DraftRefused) as fault:
        told = render_raised(fault)
        messages.error(request, f"{told.cause} {told.remedy}")
        return redirect("web:email-edit", email.pk)
    messages.success(request, gettext("The email is on its way."))
    return redirect("web:email", email.pk)


def _form(request: AccountRequest, form: LetterForm, email: Email | None) -> HttpResponse:
    context = {"form": form, "email": email}
    return render(request, "web/emails/letter.html", context, status=422 if form.errors else 200)
