"""The first page: does mail flow, what needs me, what came last."""

from django.http import HttpResponse
from django.shortcuts import render

from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import system_settings
from passerelle.web.lists.paging import Page
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.state.attention import flow_of, last_day_of, needs_of, newest_emails, verdict_of
from passerelle.web.state.first_steps import first_steps_of


@signed_in
def home(request: AccountRequest) -> HttpResponse:
    """Show what matters now."""
    router = system_settings().process_email_using == ProcessEmailUsing.EMAIL_ROUTER
    flow = flow_of(request.user)
    context = {
        "router_processes": router,
        "first_steps": first_steps_of(request.user, flow, is_switched=not router),
        "needs": needs_of(request.user),
        "flow": flow,
        "verdict": verdict_of(),
        "day": last_day_of(request.user),
        "page": Page(rows=newest_emails(request.user), after="", before=""),
    }
    return render(request, "web/home.html", context)
