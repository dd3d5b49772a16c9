"""System settings, who may read: what others see of email that stands with a customer."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.crm.services import organization
from passerelle.crm.sharing import share_usually
from passerelle.web.forms.mail.sharing import SharingForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show who reads what, and change what others see."""
    form = SharingForm(request.POST or None, instance=organization())
    if form.is_valid():
        level, by = form.cleaned_data["shared_level"], request.user.username
        if accepted(form, lambda: share_usually(level, by)):
            messages.success(request, gettext("Saved."))
            return redirect("web:sharing")
    status = 422 if form.errors else 200
    return render(request, "web/settings/sharing.html", {"form": form}, status=status)
