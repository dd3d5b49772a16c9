"""Who may open a page: decorators whose types let a view receive nobody else.

A person who is not signed in is sent to sign in and comes back afterwards; a user on a page for
administrators gets 403. Whether somebody may see one record is the services' answer, and the page
says 404 then: it does not tell that the record exists.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from passerelle.access.services import own_mailbox
from passerelle.crm.models import SignInAccount
from passerelle.mailboxes.models import Mailbox

P = ParamSpec("P")


class AccountRequest(HttpRequest):
    """A request of a person who has signed in."""

    user: SignInAccount
    htmx: HtmxDetails


class AdministratorRequest(AccountRequest):
    """A request of an administrator."""


class OperatorRequest(AccountRequest):
    """A request of a mailbox operator, or of an administrator."""


Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: Callable[Concatenate[AccountRequest, P], HttpResponseBase]) -> Page[P]:
    """The view is for everybody who has signed in."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(cast("AccountRequest", request), *args, **kwargs)

    return page


def administrator(
    view: Callable[Concatenate[AdministratorRequest, P], HttpResponseBase],
) -> Page[P]:
    """The view is for administrators."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(cast("AdministratorRequest", request), *args, **kwargs)

    return page


def operator(
    view: Callable[Concatenate[OperatorRequest, P], HttpResponseBase],
) -> Page[P]:
    """The view is for mailbox operators, and for administrators."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.user.operates_mailboxes:
            raise PermissionDenied
        return view(cast("OperatorRequest", request), *args, **kwargs)

    return page


def with_own_mailbox(
    view: Callable[Concatenate[AccountRequest, Mailbox, P], HttpResponseBase],
) -> Page[P]:
    """The view is for who has a mailbox of their own, and gets that one; 404 for others."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        mailbox = own_mailbox(request.user)
        if mailbox is None:
            raise Http404
        return view(cast("AccountRequest", request), mailbox, *args, **kwargs)

    return page


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):  # a part of a page: the whole page goes to sign in
        return HttpResponseClientRedirect(reverse("web:sign-in"))
    back = request.get_full_path() if request.method == "GET" else reverse("web:home")
    return redirect_to_login(back, reverse("web:sign-in"))
