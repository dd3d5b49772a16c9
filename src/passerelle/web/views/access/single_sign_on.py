"""Single sign-on: sent to the provider, come back from it; and its settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from passerelle.access import services as access
from passerelle.access.services import SignedInBy
from passerelle.alerts.services import render_raised
from passerelle.faults import Fault
from passerelle.faults.access import AccessFault
from passerelle.web.addresses import whole_address
from passerelle.web.forms.access.single_sign_on import SingleSignOnForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator
from passerelle.web.signing_in import BEGUN, END_SESSION, let_in

Context = dict[str, object]


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    provider = access.openid_provider()
    if not provider.enabled:
        return redirect("web:sign-in")
    try:
        address, begun = access.begin(provider, _back(request), to=request.GET.get("next", ""))
    except AccessFault as fault:
        return _refused(request, fault)
    request.session[BEGUN] = begun.stored()
    return redirect(address)


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponseBase:
    """Take what the provider says, and sign in whoever it proves."""
    provider = access.openid_provider()
    if not provider.enabled:
        return redirect("web:sign-in")
    stored = request.session.pop(BEGUN, None)  # good for one answer, right or wrong
    try:
        proven, begun = access.finish(provider, stored, request.GET.dict(), _back(request))
        account = access.account_of(provider, proven.claims)
    except Fault as fault:
        return _refused(request, fault)
    response = let_in(request, account, SignedInBy.PROVIDER, to=begun.to)
    request.session[END_SESSION] = proven.end_session
    return response


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the provider, and change it."""
    form = SingleSignOnForm(request.POST or None, instance=access.openid_provider())
    if form.is_valid() and accepted(form, lambda: form.store(request.user.username)):
        messages.success(request, gettext("The settings are saved."))
        return redirect("web:single-sign-on")
    return _page(request, form, {}, status=422 if form.errors else 200)


@require_POST
@administrator
def ask(request: AdministratorRequest) -> HttpResponse:
    """Ask the provider what it says of itself."""
    provider = access.openid_provider()
    form = SingleSignOnForm(instance=provider)
    try:
        more: Context = {"metadata": access.discover(provider.issuer)}
    except AccessFault as fault:
        return _page(request, form, {"told": render_raised(fault)}, status=422)
    return _page(request, form, more, status=200)


def _page(
    request: AdministratorRequest, form: SingleSignOnForm, more: Context, *, status: int
) -> HttpResponse:
    provider = access.openid_provider()
    context = {"form": form, "provider": provider, "back": _back(request), **more}
    return render(request, "web/settings/single_sign_on.html", context, status=status)


def _refused(request: HttpRequest, fault: Fault) -> HttpResponse:
    context = {"told": render_raised(fault), "code": fault.code}
    return render(request, "web/not_signed_in.html", context, status=403)


def _back(request: HttpRequest) -> str:
    return whole_address(reverse("web:provider-back"), request)
