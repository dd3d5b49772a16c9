"""Retention and backups: how long things are kept, what would go, and the last backup."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.upkeep.services import preview, save_upkeep_settings, upkeep_settings
from passerelle.web.forms.running.upkeep import UpkeepForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Change the days; "Show what would go" counts for the days as typed, and saves nothing."""
    stored = upkeep_settings()
    form = UpkeepForm(request.POST or None, instance=upkeep_settings())
    previewing = "preview" in request.POST
    if form.is_valid() and not previewing:
        by = request.user.username
        if accepted(form, lambda: save_upkeep_settings(form.cleaned_data, by)):
            messages.success(request, gettext("The settings are saved."))
            return redirect("web:upkeep")
    typed = form.instance if previewing and form.is_valid() else stored
    context = {
        "form": form,
        "stored": stored,
        "going": preview(typed),
        "previewing": previewing,
        "folder": django_settings.PASSERELLE.backup_folder,
    }
    return render(request, "web/upkeep/edit.html", context, status=422 if form.errors else 200)
