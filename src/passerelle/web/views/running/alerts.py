"""Alerts: what went wrong, what it means, what to do; one entry a cause. They close by themselves.

Those of what happened once, which nothing can undo, are closed by a person.
"""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from passerelle.alerts.models import Alert, SubjectKind
from passerelle.alerts.services import (
    alerts_of_cause,
    close,
    closed_alerts,
    is_done_by_hand,
    keys_of_cause,
    open_causes,
    position_of,
)
from passerelle.alerts.services import render as told
from passerelle.crm.models import Email, SignInAccount
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.sync.services import sync_now
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import OperatorRequest, operator
from passerelle.web.state.remedies import may_be_tried_again, remedy_for

ROWS = 50
LATEST = Order("last_seen_on", descending=True)


@operator
def listed(request: OperatorRequest) -> HttpResponse:
    """What is wrong now, the worst first; or what was, the latest first."""
    if request.GET.get("box") == "closed":
        return _closed(request)
    found = open_causes(limit=ROWS + 1, after=request.GET.get("after", ""))
    shown = found[:ROWS]
    subjects = _subjects((one.newest for one in shown), request.user)
    rows = [
        {
            "cause": one,
            "told": told(one.newest),
            "subject": subjects.get(one.newest.subject_id) if one.subjects == 1 else None,
            "remedy": remedy_for(request.user, one.newest, alone=one.subjects == 1),
            "again": may_be_tried_again(one.newest),
            "by_hand": is_done_by_hand(one.newest),
        }
        for one in shown
    ]
    after = shown[-1].position if len(found) > ROWS else ""
    return render(request, "web/alerts/list.html", {"rows": rows, "after": after})


def _closed(request: OperatorRequest) -> HttpResponse:
    found = closed_alerts(limit=ROWS + 1, after=request.GET.get("after", ""))
    shown = found[:ROWS]
    subjects = _subjects(shown, request.user)
    context = {
        "alerts": [(one, told(one), subjects.get(one.subject_id)) for one in shown],
        "after": position_of(shown[-1]) if len(found) > ROWS else "",
    }
    return render(request, "web/alerts/closed.html", context)


@operator
def cause(request: OperatorRequest, key: str) -> HttpResponse:
    """One cause with all that it stops."""
    page = page_of(alerts_of_cause(key), LATEST, request.GET)
    if not page.rows:
        raise Http404
    newest = page.rows[0]
    subjects = _subjects(page.rows, request.user)
    context = {
        "key": key,
        "alert": newest,
        "told": told(newest),
        "remedy": remedy_for(request.user, newest, alone=len(page.rows) == 1),
        "again": may_be_tried_again(newest),
        "rows": [(one, subjects.get(one.subject_id), told(one)) for one in page.rows],
        "page": page,
    }
    return render(request, "web/alerts/cause.html", context)


@require_POST
@operator
def again(request: OperatorRequest, key: str) -> HttpResponse:
    """Look at the server again, now, for every mailbox that the cause stops."""
    keys = keys_of_cause(key, SubjectKind.MAILBOX)
    sync_now(keys)
    text = ngettext("%d mailbox is looked into.", "%d mailboxes are looked into.", len(keys))
    messages.success(request, text % len(keys))
    return redirect("web:alerts")


@require_POST
@operator
def done(request: OperatorRequest, key: UUID) -> HttpResponse:
    """Somebody has dealt with it; nothing happens to one that closes by itself."""
    close(get_object_or_404(Alert, pk=key), request.user.username)
    return redirect("web:alerts")


def _subjects(found: Iterable[Alert], account: SignInAccount) -> dict[UUID, tuple[str, str]]:
    """Name and address of what the alerts are about, in one query a kind."""
    alerts = list(found)
    keys = {
        kind: [one.subject_id for one in alerts if one.subject_kind == kind] for kind in SubjectKind
    }
    subjects: dict[UUID, tuple[str, str]] = {}
    for mailbox in Mailbox.objects.filter(pk__in=keys[SubjectKind.MAILBOX]):
        subjects[mailbox.pk] = (mailbox.name, reverse("web:mailbox", args=[mailbox.pk]))
    if not account.is_administrator:  # a link leads nobody where they may not go
        return subjects
    for profile in EmailServerProfile.objects.filter(pk__in=keys[SubjectKind.PROFILE]):
        subjects[profile.pk] = (profile.name, reverse("web:profile", args=[profile.pk]))
    for email in Email.objects.filter(pk__in=keys[SubjectKind.EMAIL]).only("subject"):
        subjects[email.pk] = (email.subject, reverse("web:email", args=[email.pk]))
    return subjects
