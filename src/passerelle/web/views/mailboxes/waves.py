"""Waves: make a plan, look at it, run it, follow each wave, and close the gaps."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_fault, told_in_line
from passerelle.faults import fault_of
from passerelle.faults.waves import WaveFault
from passerelle.mailboxes.models import WaveMember, WavePlan
from passerelle.mailboxes.models.waves import PlanState
from passerelle.mailboxes.waves import services as waves
from passerelle.web.forms.mailboxes.waves import PlanForm
from passerelle.web.forms.saving import put_errors
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.progress import progress_answer
from passerelle.web.rights import AdministratorRequest, administrator

PLANS = 50
STEPS: dict[str, Callable[[WavePlan, str], object]] = {
    "start": waves.start,
    "pause": waves.pause,
    "continue": waves.go_on,
    "stop": waves.stop,
    "next": waves.hasten,
}


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The plans, the newest first."""
    return render(request, "web/waves/list.html", {"plans": WavePlan.objects.all()[:PLANS]})


@administrator
def new(request: AdministratorRequest) -> HttpResponseBase:
    """Make a plan; nothing starts."""
    form = PlanForm(request.POST or None, initial={"name": _usual_name()})
    if form.is_valid():
        try:
            plan = waves.make_plan(
                form.save(commit=False),
                form.wanted(),
                request.user.username,
                addresses=form.listed(),
            )
        except ValidationError as error:
            put_errors(form, error)
        except WaveFault as fault:
            form.add_error(None, told_in_line(fault))
        else:
            return redirect("web:wave-plan", plan.pk)
    status = 422 if form.errors else 200
    return render(request, "web/waves/edit.html", {"form": form}, status=status)


@administrator
def plan(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One plan: before, while and after it runs."""
    found = get_object_or_404(WavePlan, pk=key)
    findings = found.findings
    context = {
        **_shown(found),
        "findings": findings,
        "left_out": [
            (waves.LEFT_OUT[reason], count)
            for reason, count in findings.get("left_out", {}).items()
            if reason in waves.LEFT_OUT
        ],
    }
    return render(request, "web/waves/plan.html", context)


@administrator
def progress(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """The waves as they stand; when the plan ended the whole page is loaded anew."""
    found = get_object_or_404(WavePlan, pk=key)
    ended = found.state != request.GET.get("state", found.state)
    return progress_answer(request, "web/waves/_progress.html", _shown(found), ended=ended)


@require_POST
@administrator
def step(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Start, pause, go on, stop, next wave now, or discard."""
    found = get_object_or_404(WavePlan, pk=key)
    asked = request.POST.get("step", "")
    try:
        if asked == "discard":
            waves.discard(found, request.user.username)
            messages.success(request, gettext("The plan is discarded. Nothing was changed."))
            return redirect("web:waves")
        if asked in STEPS:
            STEPS[asked](found, request.user.username)
    except WaveFault as fault:
        messages.error(request, told_in_line(fault))
    return redirect("web:wave-plan", key)


@administrator
def members(request: AdministratorRequest, key: UUID, number: int) -> HttpResponse:
    """The mailboxes of one wave, and what came of each."""
    found = get_object_or_404(WavePlan, pk=key)
    wave = found.waves.filter(number=number).first()
    if wave is None:
        raise Http404
    rows = WaveMember.objects.filter(plan=found, wave_number=number).select_related("mailbox")
    page = page_of(rows, Order("id"), request.GET)
    context = {
        "plan": found,
        "wave": wave,
        "page": page,
        "told": [(row, _cause(row.code, row.mailbox.name)) for row in page.rows],
    }
    return render(request, "web/waves/wave.html", context)


@administrator
def gaps(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Mailboxes whose mail would be passed by; the ticked ones, or all, begin earlier."""
    found = get_object_or_404(WavePlan, pk=key)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal()]
        every = request.POST.get("every") == "on"
        closed = waves.close_gaps(found, request.user.username, None if every else chosen)
        text = ngettext("%d mailbox begins earlier.", "%d mailboxes begin earlier.", closed)
        messages.success(request, text % closed)
        return redirect("web:wave-plan", key)
    rows = waves.gaps_of(found, timezone.now()).select_related("mailbox__profile")
    context = {"plan": found, "page": page_of(rows, Order("id"), request.GET)}
    return render(request, "web/waves/gaps.html", context)


def _usual_name() -> str:
    return gettext("Waves of %(date)s") % {"date": date(timezone.localdate(), "SHORT_DATE_FORMAT")}


def _shown(plan: WavePlan) -> dict[str, object]:
    return {
        "plan": plan,
        "shown": waves.shown(plan),
        "is_open": plan.state in {PlanState.RUNNING, PlanState.PAUSED},
        "fault": render_fault(plan.last_code, plan.last_facts) if plan.last_code else None,
    }


def _cause(code: str, mailbox: str) -> str:
    """Why a mailbox failed or was left out; its alert has the facts."""
    fault = fault_of(code) if code else None
    if fault is None:
        return ""
    facts = dict.fromkeys(fault.fact_names, "…")
    return render_fault(
        code, {**facts, **({"mailbox": mailbox} if "mailbox" in facts else {})}
    ).cause
