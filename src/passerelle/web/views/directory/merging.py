"""Merging two accounts, contacts or leads: chosen, looked at, confirmed, followed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import RenderedAlert, render_raised
from passerelle.crm.merging import Preview, drop_address, preview_merge, running_merge
from passerelle.faults.mail.tracking import TrackingFault
from passerelle.guids import guid_of
from passerelle.sync.services import start_merge
from passerelle.web.forms.directory.merging import MergeForm
from passerelle.web.forms.saving import put_errors
from passerelle.web.lists.finding import find_of_kind
from passerelle.web.lists.merging import progress_of
from passerelle.web.progress import progress_answer
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.views.directory.customers import Kind


@signed_in
def merge(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponseBase:
    """Look for the other record, see what merging would do, and confirm it."""
    master: Any = get_object_or_404(kind.model, pk=key)
    named = request.POST.get("other") or request.GET.get("other")
    if not named:
        return _search(request, kind, master)
    other: Any = get_object_or_404(kind.model, pk=guid_of(named))
    try:
        preview = preview_merge(master, other)
        if request.method != "POST":
            return _shown(request, kind, (master, other), preview, _form(kind, preview, other))
        return _merged(request, kind, (master, other), preview)
    except TrackingFault as fault:
        return _search(request, kind, master, render_raised(fault))


@signed_in
def progress(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponse:
    """How far a merge into the record is; when it ended the whole page is loaded anew."""
    master: Any = get_object_or_404(kind.model, pk=key)
    merging = progress_of(running_merge(master))
    context = {"kind": kind, "record": master, "merging": merging}
    return progress_answer(request, "web/customers/_merging.html", context, ended=merging is None)


@require_POST
@signed_in
def address_dropped(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponseBase:
    """An address that came by a merge means the record no more."""
    found: Any = get_object_or_404(kind.model, pk=key)
    if drop_address(found, request.POST.get("address", ""), request.user.username):
        messages.success(request, gettext("Saved."))
    return redirect(f"web:{kind.name}", found.pk)


def _merged(
    request: AccountRequest, kind: Kind, pair: tuple[Any, Any], preview: Preview
) -> HttpResponseBase:
    """Raises `TrackingFault`."""
    master, other = pair
    form = MergeForm(request.POST, model=kind.model, differences=preview.fields)
    if form.is_valid():
        mark, by = form.cleaned_data["mark"], request.user.username
        try:
            start_merge(master, other, by, take=form.taken, mark=mark)
        except ValidationError as error:
            put_errors(form, error)
        else:
            told = gettext("“{other}” was merged into this record.")
            messages.success(request, told.format(other=other))
            return redirect(f"web:{kind.name}", master.pk)
    return _shown(request, kind, pair, preview, form)


def _form(kind: Kind, preview: Preview, other: Any) -> MergeForm:
    initial = {"other": other.pk, "mark": preview.mark}
    return MergeForm(initial=initial, model=kind.model, differences=preview.fields)


def _shown(
    request: AccountRequest,
    kind: Kind,
    pair: tuple[Any, Any],
    preview: Preview,
    form: MergeForm,
) -> HttpResponse:
    master, other = pair
    context = {"kind": kind, "record": master, "other": other, "preview": preview, "form": form}
    status = 422 if form.errors else 200
    return render(request, "web/customers/merge.html", context, status=status)


def _search(
    request: AccountRequest, kind: Kind, master: Any, hindrance: RenderedAlert | None = None
) -> HttpResponse:
    text = request.GET.get("q", _likely_word(master))
    context = {
        "kind": kind,
        "record": master,
        "q": text,
        "found": find_of_kind(kind.model, text, but=master.pk),
        "hindrance": hindrance,
    }
    status = 422 if hindrance is not None else 200
    return render(request, "web/customers/merge.html", context, status=status)


def _likely_word(master: Any) -> str:
    """What another record of the same person or company is likely to be called as well."""
    return str(getattr(master, "last_name", "")) or str(master).partition(" ")[0]
