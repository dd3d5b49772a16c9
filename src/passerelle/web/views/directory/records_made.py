"""Contacts and leads that were made for unknown senders: the list, and taking them back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import told_in_line
from passerelle.crm import services as crm
from passerelle.crm.automatic import AT_ONCE, Made, filtered, take_back, visible_to
from passerelle.web.forms.pressing import ticked
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AccountRequest, signed_in

NEWEST = Order("created_on", descending=True)
REFUSALS_TOLD = 5


@signed_in
def listed(request: AccountRequest) -> HttpResponse:
    """Those that one may see, the newest first."""
    words, which = request.GET.get("q", ""), request.GET.get("which", "")
    rows = filtered(visible_to(request.user), which, search_terms(words))
    page = page_of(rows, NEWEST, request.GET)
    brought = [row.activity_id for row in page.rows]
    emails = crm.visible_emails(request.user).filter(pk__in=brought)
    context = {
        "page": page,
        "emails": set(emails.values_list("pk", flat=True)),
        "q": words,
        "which": which,
        "choices": Made.choices,
    }
    return render(request, "web/customers/made.html", context)


@require_POST
@signed_in
def taken_back(request: AccountRequest) -> HttpResponse:
    """Take back those ticked that nobody has used; say why others stay."""
    done = take_back(visible_to(request.user), ticked(request.POST, AT_ONCE), request.user.username)
    if done.count:
        text = ngettext("{n} record is taken back.", "{n} records are taken back.", done.count)
        messages.success(request, text.format(n=done.count))
    for fault in done.refused[:REFUSALS_TOLD]:
        messages.error(request, told_in_line(fault))
    if (more := len(done.refused) - REFUSALS_TOLD) > 0:
        text = ngettext("{n} more stays.", "{n} more stay.", more)
        messages.error(request, text.format(n=more))
    if not done.count and not done.refused:
        messages.error(request, gettext("Tick the records first."))
    return redirect("web:records-made")
