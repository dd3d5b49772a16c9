"""The review by name: users, queues and accounts of a draft, matched, left, mapped otherwise."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault
from passerelle.faults.router import RouterFault
from passerelle.router import services as router
from passerelle.router.services import MigrationProfile, ReviewRow
from passerelle.web.forms.migrating.review import (
    CredentialsForm,
    MappedProfileForm,
    PersonForm,
    ProfilePasswordsForm,
)
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator
from passerelle.web.views.migrating.migration import draft, told

FILTERS = {
    "": _("All"),
    "unmatched": _("Not found here"),
    "linked": _("Linked"),
    "asking": _("Still ask for credentials"),
    "staying": _("Left as they are"),
}
ACTIONS: Mapping[str, Callable[[Sequence[ReviewRow]], int]] = {
    "suggested": router.match_suggested,
    "forward": router.make_forward,
    "leave": router.leave,
    "back": router.take_back,
}


@administrator
def people(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Everybody by name, or those that a filter and a search leave."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    show, query = request.GET.get("filter", ""), request.GET.get("q", "")
    rows = router.narrowed(router.people_of(migration), show, search_terms(query))
    page = page_of(rows, Order("name"), request.GET)
    context = {
        "migration": migration,
        "page": page,
        "suggested": router.suggested_names(page.rows),
        "filters": FILTERS,
        "filter": show if show in FILTERS else "",
        "q": query,
    }
    return render(request, "web/migration/people.html", context)


@require_POST
@administrator
def act(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Match, leave or take back the ticked ones, or all that the list's filter shows."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    action, _dash, scope = request.POST.get("action", "").partition("-")
    rows = router.people_of(migration)
    if scope == "all":
        terms = search_terms(request.POST.get("q", ""))
        rows = router.narrowed(rows, request.POST.get("filter", ""), terms)
    else:
        ticked = [int(one) for one in request.POST.getlist("chosen")[:200] if one.isdecimal()]
        rows = rows.filter(pk__in=[one for one in ticked if one < 2**63])
    chosen = list(rows)
    if action in ACTIONS and chosen:
        try:
            done = ACTIONS[action](chosen)
        except RouterFault as fault:
            return told(request, fault, "web:migrations")
        text = ngettext("%d is settled.", "%d are settled.", done)
        messages.success(request, text % done)
    else:
        messages.warning(request, gettext("Tick at least one."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "web:migration-people", *([] if safe else [key]))


@administrator
def credentials(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Passwords of profiles, and of mailboxes from a table; what is wrong, by row number."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    rows = list(migration.profiles.all())
    table = CredentialsForm(None, None)
    profiles = ProfilePasswordsForm(rows)
    brought = None
    if "profiles" in request.POST:
        profiles = ProfilePasswordsForm(rows, request.POST)
        if profiles.is_valid() and accepted(profiles, lambda: profiles.store(migration)):
            messages.success(request, gettext("The passwords are kept, encrypted."))
            return redirect("web:migration-credentials", key)
    elif request.method == "POST":
        table = CredentialsForm(request.POST, request.FILES)
        if table.is_valid():
            try:
                upload = table.cleaned_data["table"]
                brought = router.bring_credentials(migration, upload.file)
            except Fault as fault:
                table.add_error("table", told_in_line(fault))
    context = {
        "migration": migration,
        "table": table,
        "profiles": profiles,
        "brought": brought,
        "asking": router.people_of(migration).filter(asks=True)[:10_000].count(),
    }
    wrong = table.errors or profiles.errors
    return render(request, "web/migration/credentials.html", context, status=422 if wrong else 200)


@administrator
def person(request: AdministratorRequest, key: UUID, row: int) -> HttpResponseBase:
    """Match one, or map its values otherwise."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    found = get_object_or_404(ReviewRow.objects.select_related("profile"), pk=row, migration=key)
    form = PersonForm(found, request.POST or None)
    if form.is_valid() and _stored(form, found):
        return redirect("web:migration-people", key)
    context = {"migration": migration, "row": found, "form": form}
    return render(request, "web/migration/person.html", context, status=422 if form.errors else 200)


@administrator
def profile(request: AdministratorRequest, key: UUID, name: str) -> HttpResponseBase:
    """Map the values of one profile otherwise."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    row = get_object_or_404(MigrationProfile, migration=key, key=name)
    form = MappedProfileForm(row, request.POST or None)
    try:
        if form.is_valid() and accepted(form, form.store):
            return redirect("web:migration-profiles", key)
    except RouterFault as fault:
        return told(request, fault, "web:migrations")
    context = {"migration": migration, "row": row, "form": form}
    return render(
        request, "web/migration/profile.html", context, status=422 if form.errors else 200
    )


def _stored(form: PersonForm, row: ReviewRow) -> bool:
    """Whether the services took it; else the form says why."""
    try:
        if values := form.changed():
            router.change(row, values)
        if text := form.cleaned_data["match"]:
            router.match(row, text)
    except RouterFault as fault:
        form.refuse(fault)
        return False
    return True
