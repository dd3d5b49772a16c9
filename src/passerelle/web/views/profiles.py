"""Email server profiles: the list, the record, the form."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from passerelle.alerts.models import SubjectKind
from passerelle.alerts.services import alerts_of
from passerelle.alerts.services import render as render_alert
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import Direction
from passerelle.web.forms.profiles import ProfileForm, default_port
from passerelle.web.forms.saving import saved
from passerelle.web.listing import search_terms
from passerelle.web.paging import Order, page_of
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
    context = {"page": page_of(rows, Order("name"), request.GET), "q": request.GET.get("q", "")}
    return render(request, "web/profiles/list.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One profile, both connections, and what went wrong with it."""
    profile = get_object_or_404(EmailServerProfile, pk=key)
    context = {
        "profile": profile,
        "served": profile.mailboxes.count(),
        "connections": [_connection(profile, direction) for direction in Direction],
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
        "incoming_default": _default_in(form, "incoming"),
        "outgoing_default": _default_in(form, "outgoing"),
    }
    return render(request, "web/profiles/edit.html", context, status=422 if form.errors else 200)


def _default_in(form: ProfileForm, direction: str) -> int | None:
    return default_port(
        str(form[f"{direction}_protocol"].value()), str(form[f"{direction}_security"].value())
    )


def _connection(profile: EmailServerProfile, direction: Direction) -> dict[str, object]:
    """One connection for the template, which then need not be written twice."""
    protocol = getattr(profile, f"{direction}_protocol")
    security = getattr(profile, f"{direction}_security")
    credential = getattr(profile, f"{direction}_credential")
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
        "credential": credential,
    }
