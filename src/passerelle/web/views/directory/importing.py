"""Import Data: a table, its columns, the dry run, the import, and the rows that were refused."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import told_in_line
from passerelle.faults.importing import ImportingFault
from passerelle.importing import services as importing
from passerelle.importing.services import AT_WORK, Import, ImportKind, ImportState
from passerelle.web.downloads import stored_answer
from passerelle.web.forms.directory.importing import PAGE_MB, ColumnsForm, LayoutForm, TableForm
from passerelle.web.progress import progress_answer
from passerelle.web.rights import AdministratorRequest, administrator

OPEN = (ImportState.DRAFT, ImportState.CHECKED)


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """What was brought, when and by whom."""
    return render(request, "web/importing/list.html", {"imports": importing.imports()})


@administrator
def new(request: AdministratorRequest) -> HttpResponseBase:
    """Bring a table."""
    form = TableForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            begun = importing.begin(
                ImportKind(form.cleaned_data["kind"]),
                upload.file,
                upload.name or "",
                request.user.username,
            )
        except ImportingFault as fault:
            form.add_error("file", told_in_line(fault))
        else:
            return redirect("web:import-columns", begun.pk)
    context = {"form": form, "limit": PAGE_MB}
    return render(request, "web/importing/new.html", context, status=422 if form.errors else 200)


@administrator
def columns(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Which column is which, with the first rows; then the dry run."""
    found = _import(key)
    if found.state not in OPEN:
        return redirect("web:import", key)
    shown = importing.preview(found)
    form = ColumnsForm(found, shown, request.POST or None)
    if form.is_valid():
        try:
            importing.choose(found, form.choices())
            importing.check(found, request.user.username)
        except ImportingFault as fault:
            form.add_error(None, told_in_line(fault))
        else:
            return redirect("web:import", key)
    layout = LayoutForm(initial={"encoding": found.encoding, "delimiter": found.delimiter})
    context = {"found": found, "form": form, "shown": shown, "layout": layout}
    return render(
        request, "web/importing/columns.html", context, status=422 if form.errors else 200
    )


@require_POST
@administrator
def layout(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Read the table again in another encoding or with another delimiter."""
    found = _import(key)
    form = LayoutForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose one of the answers."))
    else:
        try:
            importing.read_again(found, form.layout())
        except ImportingFault as fault:
            messages.error(request, told_in_line(fault))
    return redirect("web:import-columns", key)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Progress, the counts of the dry run, or what came of it."""
    found = _import(key)
    if found.state == ImportState.DRAFT:
        return redirect("web:import-columns", key)
    context = {
        "found": found,
        "progress": importing.progress(found),
        "refused": importing.refused(found) if found.refused else [],
        "working": found.state in AT_WORK,
    }
    return render(request, "web/importing/record.html", context)


@administrator
def progress(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """How far it is; when the pass ended the whole page is loaded anew."""
    found = _import(key)
    working = found.state in AT_WORK
    context = {"found": found, "progress": importing.progress(found), "working": working}
    return progress_answer(request, "web/importing/_progress.html", context, ended=not working)


@administrator
def refused(request: AdministratorRequest, key: UUID) -> HttpResponseBase:  # noqa: ARG001
    """The refused rows with their reasons, to correct and bring again."""
    found = _import(key)
    lines = (line.encode() for line in importing.refused_table(found))
    name = gettext("refused rows of {name}").format(name=found.file_name)
    stem = name.removesuffix(".csv")
    return stored_answer(StreamingHttpResponse(lines), f"{stem}.csv", fallback="refused.csv")


@require_POST
@administrator
def start(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Import what the dry run counted."""
    try:
        importing.start(_import(key), request.user.username)
    except ImportingFault as fault:
        messages.error(request, told_in_line(fault))
    return redirect("web:import", key)


@require_POST
@administrator
def stop(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Throw away what wrote nothing, or stop what runs."""
    found = _import(key)
    try:
        importing.stop(found, request.user.username)
    except ImportingFault as fault:
        messages.error(request, told_in_line(fault))
        return redirect("web:import", key)
    if found.state == ImportState.RUNNING:
        return redirect("web:import", key)
    messages.success(request, gettext("Nothing was changed."))
    return redirect("web:imports")


def _import(key: UUID) -> Import:
    found = importing.import_of(key)
    if found is None:
        raise Http404
    return found
