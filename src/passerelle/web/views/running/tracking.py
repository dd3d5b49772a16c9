"""System settings, tracking: how the organization decides on incoming email."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.mailboxes.services import save_tracking_rules, tracking_rules
from passerelle.sync.services import Considered, Differing, consider
from passerelle.web.forms.running.tracking import TrackingForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator
from passerelle.web.state.reasons import WORDS


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the rules, and change them."""
    form = TrackingForm(request.POST or None, instance=tracking_rules())
    if "preview" in request.POST:
        return _preview(request, form)
    if form.is_valid():
        by = request.user.username
        if accepted(form, lambda: save_tracking_rules(form.cleaned_data, by)):
            messages.success(
                request, gettext("Saved. Messages that arrive from now on are decided by it.")
            )
            return redirect("web:tracking")
    status = 422 if form.errors else 200
    return render(request, "web/settings/tracking.html", {"form": form}, status=status)


def _preview(request: AdministratorRequest, form: TrackingForm) -> HttpResponse:
    """What these rules would have made of the newest messages; nothing is saved."""
    considered = consider(form.instance) if form.is_valid() else None
    context = {
        "form": form,
        "considered": considered,
        "rows": _rows(considered) if considered else [],
    }
    part = "web/settings/_considered.html"
    page = part if request.htmx else "web/settings/tracking.html"
    status = 422 if form.errors and not request.htmx else 200  # htmx would not show it
    return render(request, page, context, status=status)


def _rows(considered: Considered) -> list[tuple[Differing, str, str]]:
    """Each message with its two reasons in words."""
    return [(one, str(WORDS[one.now]), str(WORDS[one.then])) for one in considered.differing]
