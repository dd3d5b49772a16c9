"""Who is told of alerts, a test of it, and what was told."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_fault
from passerelle.mailboxes.services import system_relay
from passerelle.monitoring.models import NoticeDelivery
from passerelle.monitoring.services import notice_settings, send_test
from passerelle.web.forms.running.notices import NoticesForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator

LATEST = 20


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show who is told, and change it."""
    form = NoticesForm(request.POST or None, instance=notice_settings())
    if form.is_valid() and accepted(form, lambda: form.store(request.user.username)):
        messages.success(request, gettext("Saved. Send a test notice now."))
        return redirect("web:notices")
    return _page(request, form, status=422 if form.errors else 200)


@require_POST
@administrator
def test(request: AdministratorRequest) -> HttpResponseBase:
    """Tell everybody that this is a test."""
    if send_test() is None:
        messages.warning(request, gettext("Nobody would be told: enter an address first."))
    else:
        messages.success(request, gettext("The test notice is on its way. See below."))
    return redirect("web:notices")


def _page(request: AdministratorRequest, form: NoticesForm, *, status: int) -> HttpResponse:
    deliveries = NoticeDelivery.objects.select_related("notice").order_by("-notice__created_on")
    context = {
        "form": form,
        "relay": system_relay(),
        "deliveries": [
            (one, render_fault(one.code, one.facts) if one.code else None)
            for one in deliveries[:LATEST]
        ],
    }
    return render(request, "web/settings/notices.html", context, status=status)
