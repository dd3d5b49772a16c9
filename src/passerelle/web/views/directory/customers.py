"""Accounts, contacts and leads: three lists and three records of one shape."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from passerelle.crm import services as crm
from passerelle.crm.merging import further_addresses, merged_into, running_merge
from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.models.customers import LeadState
from passerelle.crm.models.people import State
from passerelle.crm.names import first_named
from passerelle.web.forms.directory.customers import AccountForm, ContactForm, LeadForm
from passerelle.web.forms.saving import saved
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.merging import progress_of
from passerelle.web.lists.paging import First, Order, every, page_of
from passerelle.web.lists.timeline import timeline_of
from passerelle.web.mail.records import named_in
from passerelle.web.rights import AccountRequest, signed_in


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the three kinds of customers."""

    name: str  # of the addresses, of the link from a party, of the templates
    model: type[Account] | type[Contact] | type[Lead]
    form: type["ModelForm[Any]"]
    create: Callable[..., Model]
    order: str
    title: Promise
    new_title: Promise
    empty: Promise


ACCOUNT = Kind(
    name="account",
    model=Account,
    form=AccountForm,
    create=crm.create_account,
    order="name",
    title=_("Accounts"),
    new_title=_("New account"),
    empty=_("Companies that are customers stand here."),
)
CONTACT = Kind(
    name="contact",
    model=Contact,
    form=ContactForm,
    create=crm.create_contact,
    order="fullname",
    title=_("Contacts"),
    new_title=_("New contact"),
    empty=_("People outside the company stand here."),
)
LEAD = Kind(
    name="lead",
    model=Lead,
    form=LeadForm,
    create=crm.create_lead,
    order="fullname",
    title=_("Leads"),
    new_title=_("New lead"),
    empty=_("Those who may become customers stand here."),
)


@signed_in
def listed(request: AccountRequest, kind: Kind) -> HttpResponse:
    """The records of one kind by name, or those that a search finds."""
    rows = _listed(kind, inactive_too=request.GET.get("all") == "1")
    terms = search_terms(request.GET.get("q", ""))
    first: First[Any] = partial(first_named, terms) if terms else every
    page = page_of(rows, Order(kind.order), request.GET, first=first)
    context = {"kind": kind, "page": page, "q": request.GET.get("q", "")}
    return render(request, "web/customers/list.html", context)


@signed_in
def record(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponse:
    """One record and the emails with it that this person may see."""
    found: Any = get_object_or_404(kind.model, pk=key)
    timeline = timeline_of(request.user, kind.name, found, request.GET)
    context = {
        "kind": kind,
        "record": found,
        "timeline": timeline,
        "page": timeline.page,
        "facts": _facts(kind, found),
        "dead": crm.dead_addresses_of(found),
        "unnamed": not found.merged and crm.has_unnamed_email(found),
        "merging": progress_of(running_merge(found)),
        "merged": merged_into(found),
        "further": further_addresses(found),
    }
    return render(request, "web/customers/record.html", context)


@require_POST
@signed_in
def addresses_good(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponseBase:
    """A person knows that the addresses are good, whatever came back."""
    found: Any = get_object_or_404(kind.model, pk=key)
    crm.clear_dead_addresses(found, request.user.username)
    return redirect(f"web:{kind.name}", found.pk)


@require_POST
@signed_in
def join_emails(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponseBase:
    """Email that has an address of the record, and means nobody, means it from now on."""
    found: Any = get_object_or_404(kind.model, pk=key)
    count = crm.name_record_everywhere(found, request.user.username)
    messages.success(request, named_in(count))
    return redirect(f"web:{kind.name}", found.pk)


@signed_in
def new(request: AccountRequest, kind: Kind) -> HttpResponseBase:
    """Make a record."""
    return _edited(request, kind, None)


@signed_in
def edit(request: AccountRequest, kind: Kind, key: UUID) -> HttpResponseBase:
    """Change a record. One that was merged is only looked at."""
    found: Any = get_object_or_404(kind.model, pk=key)
    return redirect(f"web:{kind.name}", key) if found.merged else _edited(request, kind, found)


def _edited(request: AccountRequest, kind: Kind, record: Any) -> HttpResponseBase:
    form = kind.form(request.POST or None, instance=record)
    if form.is_valid():
        values = form.cleaned_data
        stored = saved(
            form, lambda: crm.update_customer(record, **values) if record else kind.create(**values)
        )
        if stored:
            messages.success(request, gettext("Saved."))
            return redirect(f"web:{kind.name}", stored.pk)
    # The form wrote what was typed into its instance; the heading shows what is stored.
    stored_record = kind.model._default_manager.filter(pk=record.pk).first() if record else None
    context = {"kind": kind, "form": form, "record": stored_record}
    return render(request, "web/customers/edit.html", context, status=422 if form.errors else 200)


def _listed(kind: Kind, *, inactive_too: bool) -> QuerySet[Any]:
    rows = kind.model._default_manager.all()
    if inactive_too:
        return rows
    open_state = LeadState.OPEN if kind.model is Lead else State.ACTIVE
    return rows.filter(statecode=open_state)


def _facts(kind: Kind, record: Any) -> list[tuple[str, Any]]:
    """What the form holds, for reading: label and value, without the empty ones."""
    facts = []
    for name in kind.form.base_fields:
        shown = getattr(record, f"get_{name}_display", None)
        value = shown() if shown else getattr(record, name)
        if value:
            facts.append((str(kind.form.base_fields[name].label), value))
    return facts
