"""How much may be sent to which domain: the list, and its form."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.mailboxes.services import add_sending_rate, remove_sending_rate, sending_rates
from passerelle.web.forms.pressing import pressed
from passerelle.web.forms.running.sending import SendingRateForm
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def domains(request: AdministratorRequest) -> HttpResponseBase:
    """Show the list; add to it, or take one domain off it."""
    by = request.user.username
    if "remove" in request.POST:
        _remove(request, by)
        return redirect(request.path)
    form = SendingRateForm(request.POST or None)
    if form.is_valid() and accepted(form, lambda: _add(form, by)):
        messages.success(request, gettext("Kept. It holds from the next email on."))
        return redirect(request.path)
    page = page_of(sending_rates(), Order("domain"), request.GET)
    status = 422 if form.errors else 200
    context = {"form": form, "page": page}
    return render(request, "web/settings/sending.html", context, status=status)


def _add(form: SendingRateForm, by: str) -> None:
    add_sending_rate(form.cleaned_data["domain"], form.limit(), by)


def _remove(request: AdministratorRequest, by: str) -> None:
    key = pressed(request, "remove")
    if key is not None and remove_sending_rate(key, by):
        messages.success(request, gettext("Removed."))
