"""Sign-in accounts: listed, made, changed; their second factors and sessions taken away."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.access import services as access
from passerelle.alerts.services import told_in_line
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.faults import Fault
from passerelle.web.addresses import link_address, whole_address
from passerelle.web.forms.access.inviting import way_in
from passerelle.web.forms.access.sign_in_accounts import AccountChangeForm, NewAccountForm
from passerelle.web.forms.saving import accepted, saved
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The accounts by name."""
    rows = access.accounts()
    for term in search_terms(request.GET.get("q", "")):
        rows = rows.filter(Q(username__icontains=term) | Q(systemuser__fullname__icontains=term))
    page = page_of(rows, Order("username"), request.GET)
    context = {"page": page, "q": request.GET.get("q", "")}
    return render(request, "web/sign_in_accounts/list.html", context)


@administrator
def new(request: AdministratorRequest) -> HttpResponseBase:
    """Make an account."""
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        by, values = request.user.username, form.cleaned_data
        made = saved(
            form,
            lambda: access.create_account(
                values["username"], values["role"], systemuser=values["systemuser"], by=by
            ),
        )
        if made:
            messages.success(request, gettext("The account is made. Make a link now."))
            return redirect("web:sign-in-account", made.pk)
    status = 422 if form.errors else 200
    return render(request, "web/sign_in_accounts/new.html", {"form": form}, status=status)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """One account: role, user, second factor, sessions; with POST, changed."""
    account = _account(key)
    form = AccountChangeForm(request.POST or None, instance=_account(key))
    if form.is_valid():
        by, values = request.user.username, form.cleaned_data
        if accepted(
            form,
            lambda: access.change_account(
                account,
                role=values["role"],
                active=values["is_active"],
                systemuser=values["systemuser"],
                reads_all=values["may_read_all"],
                by=by,
            ),
        ):
            messages.success(request, gettext("The account is saved."))
            return redirect("web:sign-in-account", key)
    context = {
        "account": account,
        "form": form,
        "factor": access.second_factor_of(account),
        "identities": access.identities_of(account),
        "sessions": access.sessions_of(account),
        "here": access.current_session(request.session),
        "ways": access.ways_of_inviting(),
        "open_link": crm.open_links(account).first(),
    }
    status = 422 if form.errors else 200
    return render(request, "web/sign_in_accounts/record.html", context, status=status)


@require_POST
@administrator
def link(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Make a one-time link and show it this once."""
    account = get_object_or_404(SignInAccount, pk=key, is_active=True)
    address = reverse("web:sign-in-link", args=[crm.sign_in_link(account)])
    context = {"account": account, "link": whole_address(address, request)}
    return render(request, "web/sign_in_accounts/link.html", context)


@require_POST
@administrator
def invite(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Send a link by mail to the user of the account; what goes wrong is said."""
    account = get_object_or_404(access.accounts(), pk=key, is_active=True)
    try:
        access.invite(
            account, link_address(request), request.user.username, way=way_in(request.POST)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except Fault as fault:
        messages.error(request, told_in_line(fault))
    else:
        messages.success(request, gettext("The invitation is sent."))
    return redirect("web:sign-in-account", key)


@require_POST
@administrator
def revoke(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Make links that nobody used yet work no longer."""
    access.revoke_invitations(_account(key), request.user.username)
    messages.success(request, gettext("No link of this account works any longer."))
    return redirect("web:sign-in-account", key)


@require_POST
@administrator
def reset_factor(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Take the second factor of somebody away who lost device and codes."""
    access.remove_second_factor(_account(key), request.user.username)
    messages.success(request, gettext("The second factor is removed."))
    return redirect("web:sign-in-account", key)


@require_POST
@administrator
def forget_identity(request: AdministratorRequest, key: UUID, identity: UUID) -> HttpResponse:
    """Let a person of the provider open this account no longer."""
    here = access.current_session(request.session)
    if access.forget_identity(_account(key), identity, request.user.username, but=here):
        messages.success(request, gettext("This identity opens the account no longer."))
    return redirect("web:sign-in-account", key)


@require_POST
@administrator
def end_sessions(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """End the sessions of an account; one's own present one goes on."""
    here = access.current_session(request.session)
    access.end_sessions(_account(key), request.user.username, but=here)
    messages.success(request, gettext("The sessions are ended."))
    return redirect("web:sign-in-account", key)


@require_POST
@administrator
def end_session(request: AdministratorRequest, key: UUID, session: UUID) -> HttpResponse:
    """End one session of an account."""
    access.end_sessions(_account(key), request.user.username, only=session)
    messages.success(request, gettext("The session is ended."))
    return redirect("web:sign-in-account", key)


def _account(key: UUID) -> SignInAccount:
    return get_object_or_404(SignInAccount.objects.select_related("systemuser"), pk=key)
