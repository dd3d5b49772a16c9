"""Where an email belongs, as a person says it: to a record, to another email; and undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_raised
from passerelle.crm.models import Email, LinkChange
from passerelle.crm.services import (
    Undone,
    accept_proposal,
    conversation_of,
    join,
    mark,
    refuse_proposal,
    regard,
    undo_change,
    visible_emails,
)
from passerelle.faults.mail.tracking import TrackingFault
from passerelle.guids import guid_of
from passerelle.web.forms.mail.belonging import BelongingForm
from passerelle.web.lists.finding import find_emails, find_people
from passerelle.web.mail.opening import fileable_email
from passerelle.web.mail.records import chosen_record
from passerelle.web.rights import AccountRequest, signed_in

EMAIL, NOTHING = "email", "nothing"


@signed_in
def choose(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Say what an email regards or answers: look for it, and press it."""
    email = fileable_email(request, key)
    if request.method == "POST":
        return _chosen(request, email)
    text = request.GET.get("q", "")
    context = {
        "email": email,
        "form": BelongingForm(initial={"seen": mark(email)}),
        "is_conversation": bool(conversation_of(request.user, email).emails),
        "q": text,
        "people": find_people(text),
        "emails": [one for one in find_emails(request.user, text) if one.key != email.pk],
    }
    return render(request, "web/emails/belonging.html", context)


@require_POST
@signed_in
def accept(request: AccountRequest, key: UUID) -> HttpResponse:
    """It answers the email that is proposed, which this person sees."""
    email = fileable_email(request, key)
    proposed = email.proposed_activity_id
    if proposed is not None and not visible_emails(request.user).filter(pk=proposed).exists():
        raise Http404
    with _faults_told(request):
        accept_proposal(email, request.user)
        messages.success(request, gettext("Joined."))
    return redirect("web:email", email.pk)


@require_POST
@signed_in
def refuse(request: AccountRequest, key: UUID) -> HttpResponse:
    """It answers nothing."""
    email = fileable_email(request, key)
    with _faults_told(request):
        refuse_proposal(email, request.user)
        messages.success(request, gettext("Noted: it answers no other email."))
    return redirect("web:email", email.pk)


@require_POST
@signed_in
def undo(request: AccountRequest, key: UUID, change: UUID) -> HttpResponse:
    """Have the emails of a change stand as before it."""
    email = fileable_email(request, key)
    changed = get_object_or_404(LinkChange, pk=change, steps__email=email)
    with _faults_told(request):
        undone = undo_change(changed, request.user)
        for text in _told(undone):
            messages.success(request, text)
    return redirect("web:email", email.pk)


def _told(undone: Undone) -> Iterator[str]:
    restored, kept = undone.restored, undone.kept
    yield ngettext("Undone for %(n)s email.", "Undone for %(n)s emails.", restored) % {
        "n": restored
    }
    if kept:
        yield ngettext(
            "%(n)s email was changed since, or is not yours, and stays.",
            "%(n)s emails were changed since, or are not yours, and stay.",
            kept,
        ) % {"n": kept}


def _chosen(request: AccountRequest, email: Email) -> HttpResponse:
    form = BelongingForm(request.POST)
    if not form.is_valid():
        raise Http404  # no page of ours sends that
    kind, _, key = request.POST.get("choice", "").partition(" ")
    seen, onward = form.cleaned_data["seen"], form.is_onward
    with _faults_told(request):
        if kind in {EMAIL, NOTHING}:
            answered = _email(request, key) if kind == EMAIL else None
            join(email, answered, request.user, seen=seen, onward=onward)
        else:
            regard(email, chosen_record(kind, key), request.user, seen=seen, onward=onward)
        messages.success(request, gettext("Saved."))
    return redirect("web:email", email.pk)


@contextmanager
def _faults_told(request: AccountRequest) -> Iterator[None]:
    """Somebody else was faster, or it cannot be: that is said, and nothing is changed."""
    try:
        yield
    except TrackingFault as fault:
        messages.warning(request, render_raised(fault).cause)


def _email(request: AccountRequest, key: str) -> Email:
    """The email of a pressed row, one that this person sees."""
    return get_object_or_404(visible_emails(request.user), pk=guid_of(key))
