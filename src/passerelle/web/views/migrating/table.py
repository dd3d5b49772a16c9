"""What can be decided of a migration as a table: taken away, filled in, brought back."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from passerelle.alerts.services import told_in_line
from passerelle.faults import Fault
from passerelle.router import services as router
from passerelle.router.services import Decided, Migration
from passerelle.web.downloads import table_answer
from passerelle.web.forms.migrating.review import DecisionsForm
from passerelle.web.rights import AdministratorRequest, administrator
from passerelle.web.views.migrating.migration import draft

SHOWN = 200


@administrator
def decisions(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Bring the table back: each value before and after, or each wrong row with its reason."""
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    form = DecisionsForm(request.POST or None, request.FILES or None)
    decided = _taken(form, migration) if form.is_valid() else None
    context = {
        "migration": migration,
        "form": form,
        "decided": decided,
        "changes": decided.changes[:SHOWN] if decided else (),
    }
    wrong = form.errors or (decided is not None and decided.refused_count)
    return render(request, "web/migration/decisions.html", context, status=422 if wrong else 200)


@administrator
def decisions_table(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """The table to take away, line by line."""
    del request
    migration = draft(key)
    if migration is None:
        return redirect("web:migration", key)
    router.people_of(migration)  # made now; while it streams nothing is written
    return table_answer(router.decision_lines(migration), "decisions.csv")


def _taken(form: DecisionsForm, migration: Migration) -> Decided | None:
    """What the table decided; None where the form says why it is none."""
    try:
        return router.decide(migration, form.cleaned_data["table"].file)
    except Fault as fault:
        form.add_error("table", told_in_line(fault))
        return None
