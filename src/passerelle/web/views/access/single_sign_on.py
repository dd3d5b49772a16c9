"""Single sign-on: sent to the provider, come back from it; and its settings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from passerelle.access import services as access
from passerelle.access.models import OpenIdProvider
from passerelle.access.services import SignedInBy
from passerelle.alerts.services import render_raised
from passerelle.crm.services import provider_link
from passerelle.faults import Fault
from passerelle.faults.access import AccessFault, LinkSpent, ProviderOff
from passerelle.web.addresses import whole_address
from passerelle.web.forms.access.single_sign_on import SingleSignOnForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator
from passerelle.web.signing_in import BEGUN, END_SESSION, first_page, let_in

Context = dict[str, object]


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    provider = access.openid_provider()
    if not provider.enabled:
        return redirect("web:sign-in")
    return _sent(request, provider, to=request.GET.get("next", ""))


@never_cache
@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send whoever follows an invitation to the provider; it is used when they are back."""
    link, provider = provider_link(token), access.openid_provider()
    if link is None:
        return _refused(request, LinkSpent(), status=410)
    if not provider.enabled:
        return _refused(request, ProviderOff())
    return _sent(request, provider, link=str(link.pk))


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
        if begun.link:
            account = access.account_invited(provider, proven.claims, UUID(begun.link))
        else:
            account = access.account_of(provider, proven.claims)
    except Fault as fault:
        return _refused(request, fault)
    to = first_page(account) if begun.link else begun.to
    response = let_in(request, account, SignedInBy.PROVIDER, to=to)
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


def _sent(
    request: HttpRequest, provider: OpenIdProvider, *, to: str = "", link: str = ""
) -> HttpResponseBase:
    try:
        address, begun = access.begin(provider, _back(request), to=to, link=link)
    except AccessFault as fault:
        return _refused(request, fault)
    request.session[BEGUN] = begun.stored()
    return redirect(address)


def _refused(request: HttpRequest, fault: Fault, *, status: int = 403) -> HttpResponse:
    context = {"told": render_raised(fault), "code": fault.code}
    return render(request, "web/not_signed_in.html", context, status=status)


def _back(request: HttpRequest) -> str:
    return whole_address(reverse("web:provider-back"), request)
