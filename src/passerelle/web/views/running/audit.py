"""The audit: who changed what, who read whose mail and why; for administrators, to read only."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models import AuditEntry
from passerelle.crm.models.audit import AuditAction
from passerelle.tables import MARK, line_of
from passerelle.web.audit import KINDS, changes_of, lines, told
from passerelle.web.downloads import table_answer
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator

NEWEST = Order("done_on", descending=True)
MOST_EXPORTED = 100_000
CHUNK_ROWS = 2_000


class AuditFilter(forms.Form):
    """Which entries are wanted; everything may be left open."""

    who = forms.CharField(label=_("Who"), max_length=150, required=False)
    what = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(label=_("Subject"), required=False)
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["what"].choices = [every, *AuditAction.choices]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [every, *KINDS.items()]  # type: ignore[attr-defined]

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries; what is no filter filters nothing, and is said beside its field."""
        self.is_valid()
        asked = self.cleaned_data
        found = AuditEntry.objects.all()
        if who := asked.get("who", "").replace("\0", ""):
            found = found.filter(username__icontains=who)
        if what := asked.get("what"):
            found = found.filter(action=what)
        if kind := asked.get("kind"):
            found = found.filter(subject_kind=kind)
        if subject := asked.get("subject"):
            found = found.filter(subject_id=subject)
        if since := asked.get("since"):
            found = found.filter(done_on__gte=_midnight(since))
        if until := asked.get("until"):
            found = found.filter(done_on__lt=_midnight(until + timedelta(days=1)))
        return found


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The entries, the latest first, or those that the filters leave."""
    form = AuditFilter(request.GET)
    page = page_of(form.entries(), NEWEST, request.GET)
    context = {
        "form": form,
        "page": page,
        "rows": told(page.rows),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "web/audit/list.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One entry, with before and after."""
    entry = get_object_or_404(AuditEntry, pk=key)
    context = {"entry": entry, "told": told([entry])[0], "changes": changes_of([entry])[0]}
    return render(request, "web/audit/record.html", context)


@administrator
def exported(request: AdministratorRequest) -> StreamingHttpResponse:
    """The entries that the filters leave as a table for a spreadsheet, which runs none of it."""
    entries = AuditFilter(request.GET).entries().order_by("-done_on", "-pk")[:MOST_EXPORTED]
    return table_answer(_table(entries), "audit.csv")


def _table(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    yield MARK
    for cells in lines(entries.iterator(chunk_size=CHUNK_ROWS)):
        yield line_of(cells)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
