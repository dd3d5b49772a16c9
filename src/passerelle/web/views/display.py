"""How a person wants the pages: light or dark, with or without shortcuts of one key."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from passerelle.crm.models.people import Look
from passerelle.crm.services import set_display
from passerelle.web.rights import AccountRequest, signed_in


class DisplayForm(forms.Form):
    """One of the two, as its buttons send it."""

    look = forms.ChoiceField(choices=Look.choices, required=False)
    keys = forms.ChoiceField(choices=(("on", ""), ("off", "")), required=False)


@require_POST
@signed_in
def display(request: AccountRequest) -> HttpResponse:
    """Keep the choice on the account, and go back to the page."""
    form = DisplayForm(request.POST)
    if form.is_valid():
        keys = form.cleaned_data["keys"]
        set_display(
            request.user,
            look=Look(form.cleaned_data["look"]) if "look" in request.POST else None,
            key_shortcuts=keys == "on" if keys else None,
        )
    return redirect(_back(request))


def _back(request: AccountRequest) -> str:
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return resolve_url("web:home")
