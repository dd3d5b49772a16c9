"""What a person says against the rules: track this ignored message, untrack this email."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext

from passerelle.alerts.services import render_raised, told_in_line
from passerelle.crm.models import Email
from passerelle.crm.services import may_untrack, why_not_untracked
from passerelle.faults import Fault
from passerelle.faults.mail.tracking import TrackingFault
from passerelle.sync.models import Place
from passerelle.sync.services import ask_to_take, decider_of, may_be_only_copy, untrack
from passerelle.web.mail.decided import taking_views
from passerelle.web.mail.opening import visible_email
from passerelle.web.rights import AccountRequest, signed_in


@signed_in
def track(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """How it stands with an ignored message; with POST, its mailbox is asked for it."""
    theirs = Place.objects.filter(decider_of(request.user).places())
    place = get_object_or_404(theirs, pk=key)
    refused = ""
    if request.method == "POST":
        refused = _asked(place, request.user.username)
        if not request.htmx:
            return _back(request, refused)
        place.refresh_from_db()
    taking = taking_views(request.user, [place]).get(place.pk)
    context = {"place": place, "taking": taking, "refused": refused}
    return render(request, "web/emails/_taking.html", context)


@signed_in
def untrack_email(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """What becomes of an email that is untracked; with POST, it is."""
    email = visible_email(request, key)
    if not may_untrack(request.user, email):
        raise Http404
    if request.method == "POST":
        return _untracked(request, email)
    hindrance = why_not_untracked(email)
    context = {
        "email": email,
        "hindrance": render_raised(hindrance) if hindrance is not None else None,
        "only_copy": may_be_only_copy(email),
    }
    return render(request, "web/emails/untrack.html", context)


def _asked(place: Place, by: str) -> str:
    """Why the message cannot be asked for; "" where it is."""
    try:
        ask_to_take(place, by)
    except Fault as fault:
        return told_in_line(fault)
    return ""


def _back(request: AccountRequest, refused: str) -> HttpResponse:
    if refused:
        messages.warning(request, refused)
    else:
        messages.success(request, gettext("Asked for: it is tracked with the next cycle."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "web:where")


def _untracked(request: AccountRequest, email: Email) -> HttpResponse:
    message_id = email.message_id
    try:
        untrack(email, request.user.username)
    except TrackingFault as fault:
        messages.warning(request, told_in_line(fault))
        return redirect("web:email", email.pk)
    messages.success(request, gettext("Untracked. What lies in mailboxes stays there."))
    if not message_id:
        return redirect("web:emails")
    return redirect(f"{reverse('web:where')}?{urlencode({'q': message_id})}")
