"""System settings, the Email tab. The switch has a page of its own, with its checklist."""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.mailboxes.models import ProcessingSwitch, SystemSettings
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import (
    save_settings,
    switch_preview,
    switch_processing,
    system_settings,
)
from passerelle.router.services import served
from passerelle.tracking import make
from passerelle.web.forms.running.settings import (
    PREFIX_FIELDS,
    SettingsForm,
    SwitchForm,
    TokenForm,
    token_format_of,
)
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator

LATEST = 10
EXAMPLE_NUMBER, EXAMPLE_COUNTER = 7, 42


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the settings, and change all of them but the switch."""
    stored = system_settings()
    form = SettingsForm(request.POST or None, instance=system_settings())
    if form.is_valid():
        by = request.user.username
        if accepted(form, lambda: save_settings(form.cleaned_data, by)):
            messages.success(request, gettext("The settings are saved."))
            return redirect("web:settings")
    context = {"form": form, "settings": stored, "example": _example(stored)}
    return render(request, "web/settings/edit.html", context, status=422 if form.errors else 200)


@administrator
def token(request: AdministratorRequest) -> HttpResponse:
    """The example token for what is typed right now."""
    form = TokenForm(request.GET)
    shape = form.token_format()
    example = make(shape, EXAMPLE_NUMBER, EXAMPLE_COUNTER) if shape else ""
    return render(request, "web/settings/_token.html", {"example": example})


@administrator
def switch(request: AdministratorRequest) -> HttpResponseBase:
    """Confirm, then say who processes email from now on."""
    stored = system_settings()
    if stored.process_email_using == ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION:
        return _back_to_router(request)
    form = SwitchForm(request.POST or None)
    if form.is_valid():
        ours, by = ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, request.user.username
        switch_processing(ours, by, checks=list(form.fields))
        messages.success(
            request, gettext("Passerelle processes email from now on. Enabled mailboxes start.")
        )
        return redirect("web:home")
    names, count = served()
    context = {
        "form": form,
        "begins": switch_preview(),
        "names": names,
        "count": count,
        "switches": _switches(),
    }
    return render(request, "web/settings/switch.html", context, status=422 if form.errors else 200)


def _switches() -> list[tuple[ProcessingSwitch, list[object]]]:
    """The latest switches with what was ticked for each."""
    labels = {name: field.label for name, field in SwitchForm.base_fields.items()}
    latest = ProcessingSwitch.objects.all()[:LATEST]
    return [(one, [labels[key] for key in one.checks if key in labels]) for one in latest]


def _back_to_router(request: AdministratorRequest) -> HttpResponseBase:
    if request.method == "POST":
        switch_processing(ProcessEmailUsing.EMAIL_ROUTER, request.user.username)
        messages.success(request, gettext("Passerelle rests: the Email Router processes email."))
        return redirect("web:home")
    return render(request, "web/settings/switch_back.html", {"switches": _switches()})


def _example(settings: SystemSettings) -> str:
    shape = token_format_of(model_to_dict(settings, fields=PREFIX_FIELDS))
    return make(shape, EXAMPLE_NUMBER, EXAMPLE_COUNTER)
