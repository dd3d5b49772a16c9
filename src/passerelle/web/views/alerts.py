"""Alerts: what went wrong, what it means, what to do. They close by themselves.

Those of what happened once, which nothing can undo, are closed by a person.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import (
    close,
    closed_alerts,
    is_done_by_hand,
    open_alerts,
    position_of,
)
from passerelle.alerts.services import render as told
from passerelle.crm.models import Email
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.web.rights import AdministratorRequest, administrator

ROWS = 50


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """Open alerts, or closed ones, the latest first."""
    closed = request.GET.get("box") == "closed"
    read = closed_alerts if closed else open_alerts
    found = read(limit=ROWS + 1, after=request.GET.get("after", ""))
    shown = found[:ROWS]
    subjects = _subjects(shown)
    context = {
        "closed": closed,
        "alerts": [
            (one, told(one), subjects.get(one.subject_id), is_done_by_hand(one)) for one in shown
        ],
        "after": position_of(shown[-1]) if len(found) > ROWS else "",
    }
    return render(request, "web/alerts/list.html", context)


@require_POST
@administrator
def done(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Somebody has dealt with it; nothing happens to one that closes by itself."""
    close(get_object_or_404(Alert, pk=key), request.user.username)
    return redirect("web:alerts")


def _subjects(alerts: list[Alert]) -> dict[UUID, tuple[str, str]]:
    """Name and address of what the alerts are about, in one query a kind."""
    keys = {
        kind: [one.subject_id for one in alerts if one.subject_kind == kind] for kind in SubjectKind
    }
    subjects: dict[UUID, tuple[str, str]] = {}
    for mailbox in Mailbox.objects.filter(pk__in=keys[SubjectKind.MAILBOX]):
        subjects[mailbox.pk] = (mailbox.name, reverse("web:mailbox", args=[mailbox.pk]))
    for profile in EmailServerProfile.objects.filter(pk__in=keys[SubjectKind.PROFILE]):
        subjects[profile.pk] = (profile.name, reverse("web:profile", args=[profile.pk]))
    for email in Email.objects.filter(pk__in=keys[SubjectKind.EMAIL]).only("subject"):
        subjects[email.pk] = (email.subject, reverse("web:email", args=[email.pk]))
    return subjects
