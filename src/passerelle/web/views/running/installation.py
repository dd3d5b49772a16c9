"""This copy: what tells it from the original, and the two answers that a person can give."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.crm.services import organization
from passerelle.upkeep.services import confirm_real, declare_copy, standing
from passerelle.web.forms.running.installation import ConfirmForm, CopyForm
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def show(request: AdministratorRequest) -> HttpResponseBase:
    """Where the installation is, where this is, and what can be said about it."""
    return _page(request, ConfirmForm(), CopyForm(initial={"name": organization().name}))


@require_POST
@administrator
def confirm(request: AdministratorRequest) -> HttpResponseBase:
    """This is the installation now."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, form, CopyForm(initial={"name": organization().name}), status=422)
    held = confirm_real(request.user.username, hold=not form.cleaned_data["nothing_sent"])
    text = gettext("This is the installation now. Enabled mailboxes start.")
    if held:
        more = ngettext("%d email waits for you.", "%d emails wait for you.", held)
        text = f"{text} {more % held}"
    messages.success(request, text)
    return redirect("web:home")


@require_POST
@administrator
def declare(request: AdministratorRequest) -> HttpResponseBase:
    """This is a copy, and rests."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, ConfirmForm(), form, status=422)
    declare_copy(request.user.username, name=form.cleaned_data["name"])
    messages.success(request, gettext("This is a copy: it neither reads nor sends."))
    return redirect("web:installation")


def _page(
    request: AdministratorRequest, confirmation: ConfirmForm, copy: CopyForm, status: int = 200
) -> HttpResponse:
    context = {"standing": standing(), "confirmation": confirmation, "copy": copy}
    return render(request, "web/installation/show.html", context, status=status)
