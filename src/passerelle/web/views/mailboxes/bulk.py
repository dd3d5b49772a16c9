"""Bulk actions: shown before, started, followed, and what was left out and why."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_fault, render_raised, told_in_line
from passerelle.faults.mailboxes import BulkChanged, MailboxFault
from passerelle.mailboxes.bulk import services as bulk_actions
from passerelle.mailboxes.models import BulkAction, BulkItem
from passerelle.mailboxes.models.bulk import BulkOutcome, BulkState
from passerelle.web.forms.mailboxes.bulk import BulkForm, list_address
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.progress import progress_answer
from passerelle.web.rights import OperatorRequest, operator

HISTORY = 50


@operator
def preview(request: OperatorRequest) -> HttpResponseBase:
    """What the action would do and to how many; with POST, what was shown is started."""
    form = BulkForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        messages.warning(request, gettext("Tick at least one mailbox and choose an action."))
        return redirect("web:mailboxes")
    if form.kind not in bulk_actions.kinds_of(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _start(request, form)
    return _shown(request, form)


def _start(request: OperatorRequest, form: BulkForm) -> HttpResponseBase:
    change, expected = form.change(), form.cleaned_data["expected"]
    if change is None:
        return _shown(request, form, status=422)
    try:
        selection, by = form.selection(), request.user.username
        started = bulk_actions.start(selection, change, by, expected=expected)
    except BulkChanged as fault:
        told = render_raised(fault)
        messages.warning(request, f"{told.cause} {told.consequence}")
        return _shown(request, form, status=422)
    except MailboxFault as fault:
        return _told(request, fault, "web:mailboxes")
    return redirect("web:bulk", started.pk)


def _shown(request: OperatorRequest, form: BulkForm, status: int = 200) -> HttpResponse:
    selection, change = form.selection(), form.change()
    settled = bulk_actions.settled(change) if change else None
    context = {
        "form": form,
        "kind": form.kind,
        "preview": bulk_actions.preview(selection, settled) if settled else None,
        "consequences": bulk_actions.consequences(settled) if settled else [],
        "back": list_address(selection),
    }
    return render(request, "web/bulk/preview.html", context, status=status)


@operator
def history(request: OperatorRequest) -> HttpResponse:
    """The bulk actions of the last months."""
    actions = bulk_actions.actions_of(request.user)[:HISTORY]
    return render(request, "web/bulk/list.html", {"actions": actions})


@operator
def record(request: OperatorRequest, key: UUID) -> HttpResponse:
    """One bulk action: how far it is, what it did, whom it left out and why."""
    bulk = get_object_or_404(bulk_actions.actions_of(request.user), pk=key)
    outcome = request.GET.get("outcome", "")
    rows = BulkItem.objects.filter(bulk=bulk).exclude(outcome__in=_told_elsewhere())
    if outcome in BulkOutcome.values and outcome:
        rows = BulkItem.objects.filter(bulk=bulk, outcome=outcome)
    context = {
        **_progress(bulk),
        "consequences": bulk_actions.consequences(
            bulk_actions.change_of(bulk.kind, bulk.parameters)
        ),
        "left_out": bulk_actions.left_out_counts(bulk),
        "outcome": outcome,
        "page": page_of(rows.select_related("mailbox"), Order("id"), request.GET),
    }
    return render(request, "web/bulk/record.html", context)


@operator
def progress(request: OperatorRequest, key: UUID) -> HttpResponse:
    """How far it is; when it ended the whole page is loaded anew."""
    bulk = get_object_or_404(bulk_actions.actions_of(request.user), pk=key)
    ended = bulk.state != BulkState.RUNNING
    return progress_answer(request, "web/bulk/_progress.html", _progress(bulk), ended=ended)


@require_POST
@operator
def stop(request: OperatorRequest, key: UUID) -> HttpResponseBase:
    """Do no further mailbox."""
    bulk = get_object_or_404(bulk_actions.actions_of(request.user), pk=key)
    try:
        bulk_actions.stop(bulk, request.user.username)
    except MailboxFault as fault:
        return _told(request, fault, "web:bulk", key)
    messages.success(request, gettext("Stopped. What was done stays done."))
    return redirect("web:bulk", key)


def _told_elsewhere() -> tuple[BulkOutcome, BulkOutcome]:
    return BulkOutcome.WAITING, BulkOutcome.DONE


def _progress(bulk: BulkAction) -> dict[str, object]:
    return {
        "bulk": bulk,
        "percent": bulk.looked_at * 100 // bulk.total if bulk.total else 100,
        "left": bulk.looked_at - bulk.done,
        "fault": render_fault(bulk.last_code, bulk.last_facts) if bulk.last_code else None,
    }


def _told(
    request: OperatorRequest, fault: MailboxFault, address: str, *keys: UUID
) -> HttpResponseBase:
    messages.error(request, told_in_line(fault))
    return redirect(address, *keys)
