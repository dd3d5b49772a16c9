"""One mailbox: how it stands and why, its buttons, its credentials, its test."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.services import alerts_of, render_raised
from passerelle.alerts.services import render as render_alert
from passerelle.faults import Fault
from passerelle.mailboxes.models import Mailbox, TestRun
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.services import (
    RELATED,
    approve,
    latest_run,
    reject,
    request_test,
    source_of,
    switch_off,
    update_mailbox,
)
from passerelle.mailboxes.waves.services import latest_member, open_gap
from passerelle.sync.models import Place, Quarantine, Reading
from passerelle.sync.models.incoming import QuarantineState
from passerelle.sync.services import (
    MOST_COUNTED,
    folders_of,
    new_epoch_preview,
    newest_cycles,
    removes_from,
    start_of_reading,
    sync_now,
    tallies_since,
)
from passerelle.web.forms.mailboxes.mailbox import ChosenForm, CredentialForm, MailboxForm
from passerelle.web.forms.saving import accepted
from passerelle.web.mail.decided import decided
from passerelle.web.progress import progress_answer
from passerelle.web.rights import (
    AdministratorRequest,
    OperatorRequest,
    administrator,
    operator,
)
from passerelle.web.state.mailbox_state import states_of
from passerelle.web.state.reasons import counted
from passerelle.web.state.test_steps import steps_context
from passerelle.web.state.timeline import told
from passerelle.web.views.mailboxes.forward import forwarders

LATEST = 15
CYCLES = 5

Sentence = Callable[[int], str]


def _run_tests(keys: Sequence[UUID], by: str) -> int:
    return len(request_test(keys, by, enable=True))


def _sync(keys: Sequence[UUID], by: str) -> int:
    del by
    sync_now(keys)
    return len(keys)


def _off(keys: Sequence[UUID], by: str) -> int:
    return switch_off(keys, Direction, by)


ACTIONS: Mapping[str, tuple[Callable[[Sequence[UUID], str], int], Sentence]] = {
    "approve": (
        approve,
        lambda n: ngettext("%d mailbox is approved.", "%d mailboxes are approved.", n),
    ),
    "reject": (
        reject,
        lambda n: ngettext("%d mailbox is rejected.", "%d mailboxes are rejected.", n),
    ),
    "test": (
        _run_tests,
        lambda n: ngettext("%d mailbox is tested.", "%d mailboxes are tested.", n),
    ),
    "sync": (
        _sync,
        lambda n: ngettext("%d mailbox is looked into.", "%d mailboxes are looked into.", n),
    ),
    "off": (
        _off,
        lambda n: ngettext("%d mailbox is switched off.", "%d mailboxes are switched off.", n),
    ),
}
ADMINISTRATORS_DO = frozenset({"off"})


@require_POST
@operator
def act(request: OperatorRequest) -> HttpResponse:
    """Do one thing with one mailbox (or a few), and come back to where the button was."""
    form = ChosenForm(request.POST)
    name = request.POST.get("action", "")
    if name in ADMINISTRATORS_DO and not request.user.is_administrator:
        raise PermissionDenied
    action = ACTIONS.get(name)
    if form.is_valid() and action is not None:
        do, told = action
        keys = [mailbox.pk for mailbox in form.cleaned_data["chosen"]]
        done = do(keys, request.user.username)
        messages.success(request, told(done) % done)
    else:
        messages.warning(request, gettext("Tick at least one mailbox."))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "web:mailboxes")


@operator
def record(request: OperatorRequest, key: UUID) -> HttpResponse:
    """One mailbox: how it stands, and why."""
    mailbox = _mailbox(key)
    reading = Reading.objects.filter(mailbox=mailbox).first()
    places = Place.objects.filter(mailbox=mailbox).select_related("email")
    context = {
        "mailbox": mailbox,
        "states": states_of(mailbox),
        "moved": reading is not None and reading.source != source_of(mailbox),
        "start": start_of_reading(mailbox, reading),
        **_wave_context(mailbox),
        **_today(mailbox),
        "alerts": [
            (alert, render_alert(alert)) for alert in alerts_of(SubjectKind.MAILBOX, mailbox.pk)
        ],
        "decisions": decided(request.user, list(places.order_by("-decided_on")[:LATEST])),
        "cycles": told(newest_cycles(mailbox.pk, CYCLES)),
        "quarantined": Quarantine.objects.filter(
            place__mailbox=mailbox, state=QuarantineState.WAITING
        ).count(),
        "removes_from": removes_from(mailbox),
        "folders": folders_of(mailbox).count(),
        **({"forwarders": forwarders()} if mailbox.is_forward_mailbox else {}),
        **steps_context(latest_run(mailbox)),
    }
    return render(request, "web/mailboxes/record.html", context)


@administrator
def edit(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Change the methods, the profile, the start."""
    mailbox = _mailbox(key)
    form = MailboxForm(request.POST or None, instance=_mailbox(key))
    if form.is_valid():
        by = request.user.username
        if accepted(form, lambda: update_mailbox(mailbox, by=by, **form.cleaned_data)):
            messages.success(request, gettext("Saved."))
            return redirect("web:mailbox", key)
    context = {"mailbox": mailbox, "form": form}
    return render(request, "web/mailboxes/edit.html", context, status=422 if form.errors else 200)


@operator
def credentials(request: OperatorRequest, key: UUID) -> HttpResponseBase:
    """Enter user name and password; neither page nor answer ever holds a password."""
    mailbox = _mailbox(key)
    held = mailbox.incoming_credential or mailbox.outgoing_credential
    initial = {"username": held.username if held else mailbox.email_address}
    form = CredentialForm(request.POST or None, initial=initial)
    if form.is_valid() and accepted(form, lambda: form.store(mailbox, request.user.username)):
        messages.success(request, gettext("The credentials are kept. Test the mailbox now."))
        return redirect("web:mailbox", key)
    context = {"mailbox": mailbox, "form": form}
    return render(
        request, "web/mailboxes/credentials.html", context, status=422 if form.errors else 200
    )


@operator
def epoch(request: OperatorRequest, key: UUID) -> HttpResponse:
    """What another server behind the mailbox holds, counted there before anything is read."""
    context: dict[str, object] = {}
    try:
        context["preview"] = new_epoch_preview(_mailbox(key))
    except Fault as fault:
        context["fault"] = render_raised(fault)
    return render(request, "web/mailboxes/_epoch.html", context)


@operator
def test_steps(request: OperatorRequest, key: UUID) -> HttpResponse:
    """The steps of one test as far as they are, for the page that shows them live."""
    run = get_object_or_404(TestRun, pk=key)
    return progress_answer(
        request, "web/mailboxes/_test.html", steps_context(run), ended=run.finished_on is not None
    )


def _today(mailbox: Mailbox) -> dict[str, object]:
    """What was decided since midnight, where the reader is."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    tallies = tallies_since(mailbox.pk, midnight)
    is_cut = sum(one.count for one in tallies) >= MOST_COUNTED
    return {"today": counted(tallies), "today_is_cut": is_cut}


def _wave_context(mailbox: Mailbox) -> dict[str, object]:
    member = latest_member(mailbox)
    return {"wave": member, "wave_gap": open_gap(member) if member else None}


def _mailbox(key: UUID) -> Mailbox:
    return get_object_or_404(Mailbox.objects.select_related(*RELATED), pk=key)
