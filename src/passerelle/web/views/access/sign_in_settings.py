"""How people sign in: second factors, and how long a session lasts."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.access.services import save_sign_in_settings, sign_in_settings
from passerelle.web.forms.access.second_factor import SignInSettingsForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the settings, and change them."""
    form = SignInSettingsForm(request.POST or None, instance=sign_in_settings())
    if form.is_valid():
        by = request.user.username
        if accepted(form, lambda: save_sign_in_settings(form.cleaned_data, by)):
            messages.success(request, gettext("The settings are saved."))
            return redirect("web:sign-in-settings")
    status = 422 if form.errors else 200
    return render(request, "web/settings/sign_in.html", {"form": form}, status=status)
