"""Quarantine: messages that could not become records, kept whole, until a person decides."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_fault, told_in_line
from passerelle.crm.services import raw_bytes, read_source_with_reason
from passerelle.faults import Fault
from passerelle.guids import guid_of
from passerelle.sync.models import Quarantine
from passerelle.sync.models.incoming import QuarantineState
from passerelle.sync.services import take_anyway, try_again
from passerelle.web.downloads import download
from passerelle.web.forms.mail.emails import ReasonForm
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator

SHOWN_BYTES = 64_000


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """What waits for a person, or what was decided."""
    decided = request.GET.get("box") == "decided"
    rows = Quarantine.objects.select_related("place__mailbox")
    waiting = QuarantineState.WAITING
    rows = rows.exclude(state=waiting) if decided else rows.filter(state=waiting)
    mailbox = guid_of(request.GET.get("mailbox", ""))
    if mailbox is not None:
        rows = rows.filter(place__mailbox=mailbox)
    page = page_of(rows, Order("changed_on", descending=True), request.GET)
    context = {
        "decided": decided,
        "page": page,
        "rows": [(one, render_fault(one.code, one.facts)) for one in page.rows],
    }
    return render(request, "web/quarantine/list.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One message: the reason, and its header as text."""
    return render(request, "web/quarantine/record.html", _shown(_quarantine(key), ReasonForm()))


@require_POST
@administrator
def source(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """The message as it came, byte for byte, after a reason that the audit keeps."""
    found = _quarantine(key)
    if found.raw is None:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid() or not accepted(
        form,
        lambda: read_source_with_reason(request.user, found.pk, form.cleaned_data["reason"]),
    ):
        return render(request, "web/quarantine/record.html", _shown(found, form), status=422)
    return download(raw_bytes(found.raw), f"{found.pk}.eml", fallback="message.eml")


@require_POST
@administrator
def again(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Decide as if it came now."""
    return _decided(request, key, try_again)


@require_POST
@administrator
def take(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Make a record of it, whatever the filters say."""
    return _decided(request, key, take_anyway)


def _decided(
    request: AdministratorRequest, key: UUID, decide: Callable[[Quarantine, str], Quarantine]
) -> HttpResponse:
    try:
        found = decide(_quarantine(key), request.user.username)
    except Fault as fault:
        messages.error(request, told_in_line(fault))
        return redirect("web:quarantine-item", key)
    if found.state == QuarantineState.WAITING:
        messages.warning(request, gettext("It still cannot become a record."))
        return redirect("web:quarantine-item", key)
    email = found.place.email_id
    if email is None:
        messages.success(request, gettext("It was read, and the filters do not want it."))
        return redirect("web:quarantine")
    messages.success(request, gettext("It is a record now."))
    return redirect("web:email", email)


def _shown(found: Quarantine, form: ReasonForm) -> dict[str, Any]:
    return {
        "item": found,
        "told": render_fault(found.code, found.facts),
        "header": _header(found),
        "waits": found.state == QuarantineState.WAITING,
        "form": form,
    }


def _quarantine(key: UUID) -> Quarantine:
    rows = Quarantine.objects.select_related("place__mailbox", "raw")
    return get_object_or_404(rows, pk=key)


def _header(found: Quarantine) -> str:
    """The header as far as it goes, every byte of it visible and none of it active."""
    if found.raw is None:
        return ""
    data = raw_bytes(found.raw)[:SHOWN_BYTES].replace(b"\r\n", b"\n")
    return data.partition(b"\n\n")[0].decode("utf-8", "backslashreplace")
