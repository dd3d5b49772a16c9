"""Email server profiles: the list, the record, the form, and what may be done with one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.services import alerts_of, render_fault, render_raised
from passerelle.alerts.services import render as render_alert
from passerelle.guids import guid_of
from passerelle.mailboxes.models import EmailServerProfile, ProfileTest
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services import (
    SendingLimit,
    Typed,
    all_weaknesses_of,
    authorities_ending,
    authorities_in,
    is_default,
    latest_profile_test,
    limit_as_exchange_online,
    limits_of_profile,
    names_preview,
    request_profile_test,
    set_default_profile,
    step_label,
    system_settings,
    typed_in,
    update_profile,
    weaknesses_of,
)
from passerelle.monitoring.services import why_not_told
from passerelle.web.forms.mailboxes.profiles import ProfileForm, default_port
from passerelle.web.forms.saving import saved
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The profiles by name."""
    rows = EmailServerProfile.objects.annotate(served=Count("mailboxes"))
    for term in search_terms(request.GET.get("q", "")):
        rows = rows.filter(
            Q(name__icontains=term)
            | Q(incoming_location__icontains=term)
            | Q(outgoing_location__icontains=term)
        )
    page, now = page_of(rows, Order("name"), request.GET), timezone.now()
    context = {
        "page": page,
        "q": request.GET.get("q", ""),
        "weak": {
            row.pk: [render_raised(one) for one in all_weaknesses_of(row, now)] for row in page.rows
        },
        "default": system_settings().default_profile_id,
    }
    return render(request, "web/profiles/list.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One profile, both connections, and what went wrong with it."""
    profile = get_object_or_404(EmailServerProfile, pk=key)
    context = {
        "profile": profile,
        "served": profile.mailboxes.count(),
        "is_default": is_default(profile),
        "connections": [_connection(profile, direction) for direction in Direction],
        "authorities": authorities_in(profile.authorities),
        "limits": _limits(profile),
        **_test_context(latest_profile_test(profile)),
        "weak": [render_raised(fault) for fault in authorities_ending(profile, timezone.now())],
        "untold": [render_raised(fault) for fault in why_not_told(profile)],
        "alerts": [
            (alert, render_alert(alert)) for alert in alerts_of(SubjectKind.PROFILE, profile.pk)
        ],
    }
    return render(request, "web/profiles/record.html", context)


@administrator
def new(request: AdministratorRequest) -> HttpResponseBase:
    """Make a profile."""
    return _edited(request, None)


@administrator
def edit(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Change a profile."""
    return _edited(request, get_object_or_404(EmailServerProfile, pk=key))


@administrator
def port(request: AdministratorRequest, direction: str) -> HttpResponse:
    """The port that 0 stands for, with the protocol and encryption chosen right now."""
    chosen = default_port(
        request.GET.get(f"{direction}_protocol", ""), request.GET.get(f"{direction}_security", "")
    )
    return render(request, "web/profiles/_port.html", {"port": chosen})


@administrator
def names(request: AdministratorRequest, direction: str) -> HttpResponse:
    """The user names that a template makes, for a few mailboxes, while it is typed."""
    if direction not in Direction.values:
        raise Http404
    profile = _named_in(request)
    typed = Typed(
        request.GET.get(f"{direction}_username", ""),
        request.GET.get(f"{direction}_authorization", ""),
    )
    context = {"names": names_preview(profile, typed), "unknown": typed.unknown}
    return render(request, "web/profiles/_names.html", context)


@require_POST
@administrator
def test(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Meet the servers of a profile; its page shows the steps live."""
    request_profile_test(get_object_or_404(EmailServerProfile, pk=key), request.user.username)
    return redirect("web:profile", key)


@administrator
def test_steps(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """The steps of one test as far as they are, for the page that shows them live."""
    run = get_object_or_404(ProfileTest, pk=key)
    return render(request, "web/profiles/_test.html", _test_context(run))


@require_POST
@administrator
def make_default(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Give this profile to the mailboxes that are made from now on."""
    profile = get_object_or_404(EmailServerProfile, pk=key)
    _told(
        request,
        lambda: set_default_profile(profile, request.user.username),
        gettext("New mailboxes get this profile from now on."),
    )
    return redirect("web:profile", key)


@require_POST
@administrator
def limit(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Give its mailboxes the limits of Exchange Online."""
    profile = get_object_or_404(EmailServerProfile, pk=key)
    _told(
        request,
        lambda: limit_as_exchange_online(profile, request.user.username),
        gettext("Each mailbox of the profile sends as much as Exchange Online takes."),
    )
    return redirect("web:profile", key)


@require_POST
@administrator
def set_state(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Let the mailboxes of a profile wait, or go on."""
    profile = get_object_or_404(EmailServerProfile, pk=key)
    active = request.POST.get("state") == "active"
    state = State.ACTIVE if active else State.INACTIVE
    _told(
        request,
        lambda: update_profile(profile, by=request.user.username, statecode=state),
        gettext("The profile is active; its mailboxes go on.")
        if active
        else gettext("The profile is inactive; its mailboxes wait."),
    )
    return redirect("web:profile", key)


def _limits(profile: EmailServerProfile) -> list[tuple[str, SendingLimit]]:
    """Those that are set, and for whom they hold."""
    each, together = limits_of_profile(profile)
    found = ((gettext("Each mailbox:"), each), (gettext("Together:"), together))
    return [(whose, one) for whose, one in found if one != SendingLimit(None, None)]


def _named_in(request: AdministratorRequest) -> EmailServerProfile | None:
    key = guid_of(request.GET.get("profile", ""))  # none while it is being made
    return EmailServerProfile.objects.filter(pk=key).first() if key else None


def _told(request: AdministratorRequest, change: Callable[[], object], done: str) -> None:
    """Do it, and say that it is done or why it is not."""
    try:
        change()
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, done)


def _edited(request: AdministratorRequest, profile: EmailServerProfile | None) -> HttpResponseBase:
    instance = EmailServerProfile.objects.get(pk=profile.pk) if profile else EmailServerProfile()
    form = ProfileForm(request.POST or None, instance=instance)
    if form.is_valid():
        stored = saved(form, lambda: form.store(profile, request.user.username))
        if stored:
            messages.success(request, gettext("The profile is saved."))
            return redirect("web:profile", stored.pk)
    context = {
        "profile": profile,
        "form": form,
        "opened": form.opened(),
        "connections": [
            one | {"usual_port": _default_in(form, one["direction"])} for one in form.connections()
        ],
    }
    return render(request, "web/profiles/edit.html", context, status=422 if form.errors else 200)


def _default_in(form: ProfileForm, direction: str) -> int | None:
    return default_port(
        str(form[f"{direction}_protocol"].value()), str(form[f"{direction}_security"].value())
    )


def _test_context(run: ProfileTest | None) -> dict[str, object]:
    if run is None:
        return {"run": None}
    steps = [
        (step, step_label(step.name), render_fault(step.code, step.facts) if step.code else None)
        for step in run.steps.order_by("position")
    ]
    return {"run": run, "steps": steps}


def _connection(profile: EmailServerProfile, direction: Direction) -> dict[str, object]:
    """One connection for the template, which then need not be written twice."""
    protocol = getattr(profile, f"{direction}_protocol")
    security = getattr(profile, f"{direction}_security")
    credential = getattr(profile, f"{direction}_credential")
    typed, now = typed_in(profile, direction), timezone.now()
    return {
        "label": direction.label,
        "protocol": getattr(profile, f"get_{direction}_protocol_display")(),
        "can_run": getattr(profile, f"{direction}_can_run"),
        "host": getattr(profile, f"{direction}_location"),
        "port": getattr(profile, f"{direction}_port") or default_port(protocol, security),
        "security": getattr(profile, f"get_{direction}_security_display")(),
        "encrypted": security != "none",
        "verify": getattr(profile, f"{direction}_verify"),
        "retrieval": getattr(profile, f"get_{direction}_credential_retrieval_display")(),
        "authentication": getattr(profile, f"get_{direction}_authentication_display")(),
        "authorization": getattr(profile, f"{direction}_authorization"),
        "credential": credential,
        "weak": [render_raised(fault) for fault in weaknesses_of(profile, direction, now)],
        "names": names_preview(profile, typed) if typed else [],
    }
