"""System settings, tracking: how the organization decides on incoming email."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.mailboxes.services import save_tracking_rules, tracking_rules
from passerelle.web.forms.running.tracking import TrackingForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the rules, and change them."""
    form = TrackingForm(request.POST or None, instance=tracking_rules())
    if form.is_valid():
        by = request.user.username
        if accepted(form, lambda: save_tracking_rules(form.cleaned_data, by)):
            messages.success(
                request, gettext("Saved. Messages that arrive from now on are decided by it.")
            )
            return redirect("web:tracking")
    status = 422 if form.errors else 200
    return render(request, "web/settings/tracking.html", {"form": form}, status=status)
