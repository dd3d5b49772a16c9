"""The installation's health: a page for administrators, and answers for monitors."""

from collections import Counter
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from passerelle.faults.store import StoreFault
from passerelle.monitoring.services import (
    Outcome,
    examine,
    may_read_metrics,
    metrics_text,
    watch,
)
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def system(request: AdministratorRequest) -> HttpResponseBase:
    """What `passerelle doctor` finds, without what asks other machines; the worst first."""
    findings = list(examine(settings.PASSERELLE))
    order = [Outcome.FAIL, Outcome.WARN, Outcome.OK]
    counts = Counter(finding.outcome for finding in findings)
    context = {
        "findings": sorted(findings, key=lambda finding: order.index(finding.outcome)),
        "failed": counts[Outcome.FAIL],
        "warned": counts[Outcome.WARN],
    }
    return render(request, "web/health.html", context)


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing else, so that a lost database restarts nobody."""
    return JsonResponse({"live": True})


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """The product does its work: database, migrations, workers, nothing late."""
    found = watch.readiness()
    status = HTTPStatus.OK if found.ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": found.ready, "checks": found.checks}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus; for everybody else there is no such page."""
    config = settings.PASSERELLE
    if not may_read_metrics(
        token=config.metrics_token,
        allowed=config.metrics_addresses,
        address=request.META.get("REMOTE_ADDR", ""),
        headers=request.headers,
    ):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    try:
        return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST)
    except StoreFault as fault:
        return HttpResponse(fault.code, status=HTTPStatus.SERVICE_UNAVAILABLE)
