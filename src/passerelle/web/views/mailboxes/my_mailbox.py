"""My mailbox: what a person does with their own, without asking an administrator."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from passerelle.access.services import own_test, request_own_test
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import latest_run
from passerelle.sync.models import Place
from passerelle.sync.services import newest_cycles
from passerelle.web.forms.mailboxes.my_mailbox import MyCredentialForm, MyOptionsForm
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.mail.decided import decided
from passerelle.web.progress import progress_answer
from passerelle.web.rights import AccountRequest, with_own_mailbox
from passerelle.web.state.mailbox_state import states_of
from passerelle.web.state.test_steps import steps_context
from passerelle.web.state.timeline import told

NEWEST = Order("decided_on", descending=True)
CYCLES = 5
STEPS = "web:my-test-steps"


@with_own_mailbox
def record(request: AccountRequest, mailbox: Mailbox) -> HttpResponse:
    """How the mailbox stands and why, what may be set, and what became of each message."""
    return _page(request, mailbox, MyOptionsForm(mailbox=mailbox), status=200)


@require_POST
@with_own_mailbox
def options(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """Give or take back the consent; say which mail is tracked."""
    form = MyOptionsForm(request.POST, mailbox=mailbox)
    if form.is_valid() and accepted(form, lambda: form.store_for(request.user)):
        messages.success(request, gettext("Saved."))
        return redirect("web:my-mailbox")
    return _page(request, mailbox, form, status=422)


@sensitive_post_parameters("password")
@with_own_mailbox
def credentials(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """Enter user name and password; neither page nor answer ever holds a password."""
    held = mailbox.incoming_credential or mailbox.outgoing_credential
    initial = {"username": held.username if held else mailbox.email_address}
    form = MyCredentialForm(request.POST or None, initial=initial)
    if form.is_valid() and accepted(form, lambda: form.store_for(request.user)):
        messages.success(request, gettext("The credentials are kept. Test the mailbox now."))
        return redirect("web:my-mailbox")
    context = {"mailbox": mailbox, "form": form}
    status = 422 if form.errors else 200
    return render(request, "web/my/credentials.html", context, status=status)


@require_POST
@with_own_mailbox
def test(request: AccountRequest, mailbox: Mailbox) -> HttpResponse:
    """Test the mailbox, and enable what passes."""
    del mailbox
    request_own_test(request.user)
    messages.success(request, gettext("The mailbox is tested."))
    return redirect("web:my-mailbox")


@with_own_mailbox
def steps(request: AccountRequest, mailbox: Mailbox, key: UUID) -> HttpResponse:
    """The steps of one's own test as far as they are, for the page that shows them live."""
    del mailbox
    run = own_test(request.user, key)
    if run is None:
        raise Http404
    context = {**steps_context(run), "steps_url": STEPS}
    return progress_answer(
        request, "web/mailboxes/_test.html", context, ended=run.finished_on is not None
    )


def _page(
    request: AccountRequest, mailbox: Mailbox, form: MyOptionsForm, *, status: int
) -> HttpResponse:
    places = Place.objects.filter(mailbox=mailbox).select_related("email")
    page = page_of(places, NEWEST, request.GET)
    context = {
        "mailbox": mailbox,
        "form": form,
        "states": states_of(mailbox),
        "cycles": told(newest_cycles(mailbox.pk, CYCLES)),
        "page": page,
        "decisions": decided(request.user, page.rows),
        **steps_context(latest_run(mailbox)),
        "steps_url": STEPS,
    }
    return render(request, "web/my/mailbox.html", context, status=status)
