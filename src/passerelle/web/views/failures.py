"""What is shown when a page breaks off: a store that is away is told apart from our own error."""

import sys
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from passerelle.engine.services import store_fault_of
from passerelle.faults.store import DiskFull, StoreAway, StoreFault

log = structlog.get_logger()

RETRY_SECONDS = 60


def broken_off(request: HttpRequest) -> HttpResponse:
    """Answer for the error that Django handles now; reads nothing from the database.

    The database's own words stay out of the page: whoever sees it may not have signed in.
    """
    fault = _store_fault(sys.exc_info()[1])
    if fault is None:
        return server_error(request)
    log.error("store.away", code=fault.code)
    context = {"code": fault.code, "is_full": isinstance(fault, DiskFull)}
    page = render_to_string("503.html", context)
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    # Django's own mark: our line says it, and a traceback would say nothing more.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _store_fault(error: BaseException | None) -> StoreFault | None:
    if error is None or isinstance(error, StoreAway):
        return error
    return store_fault_of(error)
