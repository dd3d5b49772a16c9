"""How Passerelle sends mail of its own, and a message that proves it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import RenderedAlert, render_raised
from passerelle.faults import Fault
from passerelle.mailboxes.services import send_test_notice, system_relay
from passerelle.web.forms.running.relay import RelayForm, TestNoticeForm
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def edit(request: AdministratorRequest) -> HttpResponseBase:
    """Show the relay, and change it."""
    form = RelayForm(request.POST or None, instance=system_relay())
    if form.is_valid() and accepted(form, lambda: form.store(request.user.username)):
        messages.success(request, gettext("Saved. Send a test message now."))
        return redirect("web:relay")
    return _page(request, form, _test_form(request), status=422 if form.errors else 200)


@require_POST
@administrator
def test(request: AdministratorRequest) -> HttpResponseBase:
    """Send a message through the relay as it is stored; what goes wrong is said on the page."""
    form, fault = TestNoticeForm(request.POST), None
    if form.is_valid():
        try:
            send_test_notice(form.cleaned_data["to"])
        except Fault as raised:
            fault = render_raised(raised)
        else:
            sent = gettext("The relay took the message. It should arrive in a moment.")
            messages.success(request, sent)
            return redirect("web:relay")
    return _page(request, RelayForm(instance=system_relay()), form, fault=fault, status=422)


def _test_form(request: AdministratorRequest) -> TestNoticeForm:
    person = request.user.systemuser
    return TestNoticeForm(initial={"to": person.internal_email_address if person else ""})


def _page(
    request: AdministratorRequest,
    form: RelayForm,
    test_form: TestNoticeForm,
    *,
    fault: RenderedAlert | None = None,
    status: int,
) -> HttpResponse:
    relay = system_relay()
    context = {"form": form, "test_form": test_form, "relay": relay, "fault": fault}
    return render(request, "web/settings/relay.html", context, status=status)
