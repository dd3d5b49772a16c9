"""Migrate Email Router Data: files, profiles, review, progress, and the summary that is kept."""

import json
from tempfile import TemporaryFile
from uuid import UUID

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault
from passerelle.faults.router import RouterFault
from passerelle.router import services as router
from passerelle.router.services import Migration, MigrationState
from passerelle.web.downloads import download, table_answer
from passerelle.web.forms.migrating.migration import FOLDER, AnswersForm, FilesForm, ProfilesForm
from passerelle.web.progress import progress_answer
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """Where one begins, goes on, and finds what was migrated."""
    context = {"current": router.current(), "migrations": router.migrations()}
    return render(request, "web/migration/list.html", context)


@administrator
def files(request: AdministratorRequest) -> HttpResponseBase:
    """The three boxes of each router."""
    form = FilesForm(request.POST or None, request.FILES or None)
    kept = None
    if form.is_valid() and "copy" in request.POST:
        copied = _copies(form)
        if copied is not None:
            return copied
    elif form.is_valid():
        try:
            names = form.cleaned_data["names"]
            begun = router.begin(form.router_files(), names, request.user.username)
        except RouterFault as fault:  # another one runs
            return told(request, fault, "web:migrations")
        if isinstance(begun, Migration):
            return redirect("web:migration-profiles", begun.pk)
        form.refuse(begun)
        kept = router.keep_salvaged(form.router_files(), names, request.user.username)
    context = {"form": form, "folder": FOLDER, "untried": not router.REAL_SETS, "kept": kept}
    return render(request, "web/migration/files.html", context, status=422 if form.errors else 200)


@administrator
def profiles(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """What the router had, what would become of it, and Yes or No."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    reviews = router.profiles_of(migration)
    form = ProfilesForm(reviews, request.POST or None)
    if form.is_valid():
        try:
            router.choose(migration, form.chosen(), form.confirmed())
        except RouterFault as fault:
            return told(request, fault, "web:migrations")
        return redirect("web:migration-review", key)
    found = router.findings(migration)
    context = {
        "migration": migration,
        "form": form,
        "rows": form.rows(),
        "findings": found,
        "answers": AnswersForm(found.questions),
        "any": any(one.migrates for one in reviews),
        "untried": not router.REAL_SETS,
    }
    return render(
        request, "web/migration/profiles.html", context, status=422 if form.errors else 200
    )


@require_POST
@administrator
def answers(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Say what the unknown values mean, and see the profiles anew."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    form = AnswersForm(router.findings(migration).questions, request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose one of the answers."))
    else:
        try:
            router.answer(migration, form.answers())
        except RouterFault as fault:
            return told(request, fault, "web:migrations")
    return redirect("web:migration-profiles", key)


@administrator
def review(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """The Migration Review Summary, and Start."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    if request.method == "POST":
        try:
            router.start(migration, request.user.username)
        except RouterFault as fault:
            told(request, fault, "web:migrations")
            return redirect("web:migration-profiles", key)
        return redirect("web:migration", key)
    context = {
        "migration": migration,
        "summary": router.summary(migration),
        "findings": router.findings(migration),
    }
    return render(request, "web/migration/review.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Progress while it runs, and the summary that is kept."""
    migration = _migration(key)
    if migration.state == MigrationState.DRAFT:
        return redirect("web:migration-profiles", key)
    done = migration.state in {MigrationState.DONE, MigrationState.UNDONE}
    context = {
        "migration": migration,
        "progress": router.progress(migration),
        "summary": router.result(migration) if done else None,
        "undone": router.undone(migration) if migration.state == MigrationState.UNDONE else None,
    }
    return render(request, "web/migration/record.html", context)


@administrator
def progress(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """How far it is; when it ended the whole page is loaded anew."""
    migration = _migration(key)
    context = {"migration": migration, "progress": router.progress(migration)}
    ended = migration.state not in {MigrationState.RUNNING, MigrationState.UNDOING}
    return progress_answer(request, "web/migration/_progress.html", context, ended=ended)


@administrator
def names(request: AdministratorRequest) -> HttpResponse:
    """The shipped table of element names, to start another one from."""
    del request
    return download(router.shipped_table(), "names.toml", fallback="names.toml")


@administrator
def report(request: AdministratorRequest, key: UUID, form: str) -> HttpResponseBase:
    """The account of a migration to take away."""
    del request
    migration = _migration(key)
    if migration.state in {MigrationState.DRAFT, MigrationState.ABANDONED}:
        raise Http404
    name = f"migration-{migration.started_on:%Y-%m-%d}.{form}"
    if form == "json":
        text = json.dumps(router.report(migration), ensure_ascii=False, indent=1)
        return download(text.encode(), name, fallback=name)
    return table_answer(router.report_lines(migration), name)


@administrator
def undo(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """What undoing would put back and what would stay; then the word to do it."""
    migration = _migration(key)
    if migration.state != MigrationState.DONE:
        return redirect("web:migration", key)
    if request.method == "POST":
        try:
            router.undo(migration, request.user.username)
        except RouterFault as fault:
            return told(request, fault, "web:migrations")
        return redirect("web:migration", key)
    context = {"migration": migration, "preview": router.undo_preview(migration)}
    return render(request, "web/migration/undo.html", context)


@require_POST
@administrator
def abandon(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Throw a draft away, or stop before anything is changed."""
    try:
        router.abandon(_migration(key), request.user.username)
    except RouterFault as fault:
        return told(request, fault, "web:migrations")
    messages.success(request, gettext("Nothing was changed."))
    return redirect("web:migrations")


def _copies(form: FilesForm) -> HttpResponseBase | None:
    """The anonymised copies; None when a file cannot be copied, and the form then says why."""
    names = form.cleaned_data["names"]
    table = router.load_names(None) if names is None else router.parse_names(names)
    out = TemporaryFile()  # noqa: SIM115 - the response closes it
    refusals = router.anonymise_all(form.router_files(), table, out)
    if any(one.faults for one in refusals):
        out.close()
        form.refuse(refusals)
        return None
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename="routers-without-values.zip")


def _migration(key: UUID) -> Migration:
    found = router.migration_of(key)
    if found is None:
        raise Http404
    return found


def draft(key: UUID) -> Migration | None:
    """The migration while it is being prepared; 404 when there is none."""
    found = _migration(key)
    return found if found.state == MigrationState.DRAFT else None


def told(request: AdministratorRequest, fault: Fault, address: str) -> HttpResponse:
    """Say what is wrong on the page to which it leads."""
    messages.error(request, told_in_line(fault))
    return redirect(address)
