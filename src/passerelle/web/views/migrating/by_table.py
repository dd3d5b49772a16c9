"""Where the routers' files cannot be taken: a table of profiles and recipients in their place."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render

from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault
from passerelle.router import services as router
from passerelle.router.services import Migration, RefusedTable, SalvagedFiles
from passerelle.web.downloads import table_answer
from passerelle.web.forms.migrating.migration import RecipientsForm
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def by_table(request: AdministratorRequest, key: UUID | None = None) -> HttpResponseBase:
    """Take the table, bring it back: a draft, or each wrong row with its reason."""
    kept = _kept(key)
    form = RecipientsForm(request.POST or None, request.FILES or None)
    begun = _begun(form, request.user.username) if form.is_valid() else None
    if isinstance(begun, Migration):
        return redirect("web:migration-profiles", begun.pk)
    context = {"form": form, "kept": kept, "refused": begun}
    wrong = form.errors or begun is not None
    return render(request, "web/migration/by_table.html", context, status=422 if wrong else 200)


@administrator
def taken(request: AdministratorRequest, key: UUID | None = None) -> HttpResponseBase:
    """The table to take away, half filled with what could be read of files, or with an example."""
    del request
    return table_answer(router.table_of(_kept(key)), "profiles-and-recipients.csv")


def _kept(key: UUID | None) -> SalvagedFiles | None:
    if key is None:
        return None
    found = router.salvaged_files(key)
    if found is None:
        raise Http404
    return found


def _begun(form: RecipientsForm, by: str) -> Migration | RefusedTable | None:
    """What became of the table; None where the form says why it is none."""
    try:
        return router.begin_by_table(form.cleaned_data["table"].file, by)
    except Fault as fault:
        form.add_error("table", told_in_line(fault))
        return None
