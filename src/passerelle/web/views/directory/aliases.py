"""Aliases: those of a user, of a queue and one's own; and those that wait for an administrator."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models import EmailAlias, Queue, SystemUser
from passerelle.mailboxes.models import Mailbox
from passerelle.web.forms.directory.aliases import AliasForm
from passerelle.web.forms.pressing import pressed
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import (
    AccountRequest,
    AdministratorRequest,
    administrator,
    with_own_mailbox,
)

NEWEST = Order("created_on", descending=True)


@dataclass(frozen=True, slots=True)
class _List:
    """The aliases of one, and the page to which they belong."""

    holder: crm.Holder
    above: str  # the name of that page
    above_address: str
    is_own: bool = False


@administrator
def of_user(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """The aliases of a user."""
    user = get_object_or_404(SystemUser, pk=key)
    return _page(request, _List(user, str(user), reverse("web:user", args=[key])))


@administrator
def of_queue(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """The aliases of a queue."""
    queue = get_object_or_404(Queue, pk=key)
    return _page(request, _List(queue, str(queue), reverse("web:queue", args=[key])))


@with_own_mailbox
def own(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """One's own: what is added here waits for an administrator."""
    assert mailbox.systemuser is not None  # it was found by its user
    above = reverse("web:my-mailbox")
    return _page(request, _List(mailbox.systemuser, gettext("My mailbox"), above, is_own=True))


@administrator
def waiting(request: AdministratorRequest) -> HttpResponseBase:
    """Those that people asked for: approve or remove them."""
    if request.method == "POST":
        _approve(request)
        _remove(request, crm.waiting_aliases())
        return redirect(request.path)
    rows = crm.waiting_aliases().select_related("systemuser", "queue")
    context = {"page": page_of(rows, NEWEST, request.GET)}
    return render(request, "web/people/aliases_waiting.html", context)


def _page(request: AccountRequest, shown: _List) -> HttpResponseBase:
    """Show them; add one, approve one, or remove one."""
    if "approve" in request.POST or "remove" in request.POST:
        if not shown.is_own:
            _approve(request)
        _remove(request, crm.aliases_of(shown.holder))
        return redirect(request.path)
    form = AliasForm(request.POST or None)
    if form.is_valid() and accepted(form, lambda: _keep(request, shown, form)):
        return redirect(request.path)
    page = page_of(crm.aliases_of(shown.holder), NEWEST, request.GET)
    context = {"list": shown, "form": form, "page": page}
    status = 422 if form.errors else 200
    return render(request, "web/people/aliases.html", context, status=status)


def _keep(request: AccountRequest, shown: _List, form: AliasForm) -> None:
    address, by = form.cleaned_data["address"], request.user.username
    if shown.is_own:
        crm.ask_alias(shown.holder, address, by)
        messages.success(
            request, gettext("Asked for. It counts once an administrator approved it.")
        )
    else:
        crm.add_alias(shown.holder, address, by)
        messages.success(request, gettext("Kept. It counts from now on."))


def _approve(request: AccountRequest) -> None:
    key = pressed(request, "approve")
    if key is not None and crm.approve_alias(key, request.user.username):
        messages.success(request, gettext("Approved. It counts from now on."))


def _remove(request: AccountRequest, among: QuerySet[EmailAlias]) -> None:
    key = pressed(request, "remove")
    alias = among.filter(pk=key).first() if key is not None else None
    if alias is not None:
        crm.remove_alias(alias, request.user.username)
        messages.success(request, gettext("Removed."))
