"""Signing in and out, by password or by a one-time link; the password; the language.

A link is redeemed by pressing its button: mail programs and chat tools open links to preview
them, and a link that a preview had used would let nobody in.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from passerelle.access.services import (
    SignedInBy,
    may_sign_in_locally,
    openid_provider,
    provider_name,
    sign_out_address,
)
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.services import provider_link, redeem, set_sign_in_password
from passerelle.faults import Secret
from passerelle.web.addresses import whole_address
from passerelle.web.forms.access.sign_in import SignInForm, password_form
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.signing_in import END_SESSION, first_page, safe, welcome


class SignIn(LoginView):
    """User name and password; then the second factor, where there is one."""

    template_name = "web/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        account = form.get_user()
        assert isinstance(account, SignInAccount)
        if not may_sign_in_locally(account):
            form.add_error(None, gettext("Your account signs in through the provider only."))
            return self.form_invalid(form)
        return welcome(self.request, account, SignedInBy.PASSWORD, to=self.get_redirect_url())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        provider = openid_provider()
        return super().get_context_data(**more, provider=provider if provider.enabled else None)


sign_in = SignIn.as_view()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; pressed, it signs in once, or leads to the provider, which says who it is."""
    if request.method != "POST":
        leads = provider_link(token) is not None
        context = {"token": token, "provider": provider_name() if leads else ""}
        return render(request, "web/sign_in_link.html", context)
    account = redeem(token)
    if account is None:
        return render(request, "web/sign_in_link.html", {"spent": True}, status=410)
    to = "web:home" if account.has_usable_password() else "web:password"
    return welcome(request, account, SignedInBy.LINK, to=resolve_url(to))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who this is; whoever came through the provider may sign out there, too."""
    provider_ends = request.session.get(END_SESSION, "")
    logout(request)
    if provider_ends:
        back = whole_address(resolve_url("web:sign-in"), request)
        address = sign_out_address(provider_ends, openid_provider().client_id, back)
        return render(request, "web/signed_out.html", {"address": address})
    return redirect("web:sign-in")


@signed_in
def password(request: AccountRequest) -> HttpResponseBase:
    """Choose a password; the first administrator comes here by a link, without having one."""
    account = request.user
    is_first = not account.has_usable_password()
    form = password_form(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = Secret(form.cleaned_data["new_password1"])
        if accepted(form, lambda: set_sign_in_password(account, chosen)):
            update_session_auth_hash(request, account)
            messages.success(request, gettext("The password is set."))
            return redirect(first_page(account) if is_first else "web:home")
    return render(request, "web/password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read the pages in another language, here and, for whoever has signed in, everywhere."""
    response = redirect(safe(request, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        with override(chosen):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=31_536_000,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            if request.user.is_authenticated:
                crm.update_sign_in(request.user, language=chosen)
    return response
