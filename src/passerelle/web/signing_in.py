"""The steps between a right password and a signed-in browser.

Nobody is signed in before the second factor was shown: meanwhile the browser's session holds only
whose code is awaited, for a few minutes, under a new key.
"""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from passerelle.access.services import SignedInBy, own_mailbox, second_factor_of
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import Role

BACKEND = "django.contrib.auth.backends.ModelBackend"
AWAITED = "second-factor-awaited"
BEGUN = "openid-begun"  # what a sign-in at the provider was begun with
END_SESSION = "openid-end-session"  # where the provider's own session ends
PATIENCE = timedelta(minutes=5)


def welcome(
    request: HttpRequest, account: SignInAccount, by: SignedInBy, *, to: str = ""
) -> HttpResponse:
    """Sign the account in, or ask for the second factor first; then lead to `to`."""
    if by != SignedInBy.PROVIDER and second_factor_of(account) is not None:
        request.session.cycle_key()
        until = (timezone.now() + PATIENCE).timestamp()
        request.session[AWAITED] = {"account": str(account.pk), "until": until}
        return redirect(f"{resolve_url('web:second-factor')}?{urlencode({'next': to})}")
    return let_in(request, account, by, to=to)


def let_in(
    request: HttpRequest, account: SignInAccount, by: SignedInBy, *, to: str = ""
) -> HttpResponse:
    """Sign the account in, under a new key of the session, and lead to `to`."""
    request.session.pop(AWAITED, None)
    request.signed_in_by = by  # type: ignore[attr-defined]
    login(request, account, backend=BACKEND)
    return redirect(safe(request, to))


def awaited(request: HttpRequest) -> SignInAccount | None:
    """The account whose second factor this browser has still to show."""
    stored = request.session.get(AWAITED)
    if not stored or stored["until"] < timezone.now().timestamp():
        return None
    return SignInAccount.objects.filter(pk=UUID(stored["account"]), is_active=True).first()


def first_page(account: SignInAccount) -> str:
    """Who was invited for their mailbox sees it first; who looks after all of them, how it goes."""
    has_mailbox = account.role == Role.USER and own_mailbox(account) is not None
    return resolve_url("web:my-mailbox" if has_mailbox else "web:home")


def safe(request: HttpRequest, to: str) -> str:
    """Where to go, if it is a page of ours; else the home page."""
    if url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        return to
    return resolve_url("web:home")
