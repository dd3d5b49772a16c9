"""What is never tracked: the organization's list, a user's, a queue's, and one's own."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from passerelle.crm.models import Queue, SystemUser
from passerelle.mailboxes.models import Mailbox, NeverTrackRule
from passerelle.mailboxes.services import Whose, add_never_rule, never_rules, remove_never_rule
from passerelle.tracking import NeverKind, NeverRule, explain_rule
from passerelle.web.forms.mailboxes.never_track import NeverTrackForm
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
    """A list, and the page to which it belongs."""

    whose: Whose
    above: str  # the name of that page
    above_address: str
    is_own: bool = False


@administrator
def of_organization(request: AdministratorRequest) -> HttpResponseBase:
    """What the organization never tracks."""
    return _page(request, _List(None, gettext("Tracking"), reverse("web:tracking")))


@administrator
def of_user(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """What a user never wants."""
    user = get_object_or_404(SystemUser, pk=key)
    return _page(request, _List(user, str(user), reverse("web:user", args=[key])))


@administrator
def of_queue(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """What a queue never wants."""
    queue = get_object_or_404(Queue, pk=key)
    return _page(request, _List(queue, str(queue), reverse("web:queue", args=[key])))


@with_own_mailbox
def own(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """What one never wants oneself."""
    above = reverse("web:my-mailbox")
    return _page(request, _List(mailbox.systemuser, gettext("My mailbox"), above, is_own=True))


def _page(request: AccountRequest, shown: _List) -> HttpResponseBase:
    """Show the list; add to it, or take one rule off it."""
    by = request.user.username
    if "remove" in request.POST:
        _remove(request, shown, by)
        return redirect(request.path)
    form = NeverTrackForm(request.POST or None)
    if form.is_valid() and accepted(form, lambda: add_never_rule(shown.whose, form.rule(), by)):
        messages.success(
            request, gettext("Kept. Messages that arrive from now on are decided by it.")
        )
        return redirect(request.path)
    return _shown(request, shown, form)


def _remove(request: AccountRequest, shown: _List, by: str) -> None:
    key = pressed(request, "remove")
    if key is not None and remove_never_rule(shown.whose, key, by):
        messages.success(request, gettext("Removed."))


def _shown(request: AccountRequest, shown: _List, form: NeverTrackForm) -> HttpResponse:
    page = page_of(never_rules(shown.whose), NEWEST, request.GET)
    context = {
        "list": shown,
        "form": form,
        "page": page,
        "rows": [(row, *_told(row)) for row in page.rows],
    }
    status = 422 if form.errors else 200
    return render(request, "web/mailboxes/never_track.html", context, status=status)


def _told(row: NeverTrackRule) -> tuple[str, bool]:
    """What the rule says, and whether answers are spared."""
    rule = NeverRule(NeverKind(row.kind), row.value, row.spares_answers)
    return explain_rule(rule, gettext), rule.is_sparing
