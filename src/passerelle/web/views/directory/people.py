"""Users and queues: lists, records, forms; and the accounts by which users sign in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.access import services as access
from passerelle.crm import services as crm
from passerelle.crm.models import Queue, SignInAccount, SystemUser
from passerelle.crm.sharing import share_of_queue, share_of_user, standing_of
from passerelle.mailboxes.services import (
    create_queue_with_mailbox,
    create_user_with_mailbox,
    forced_option,
    tracking_rules,
)
from passerelle.web.addresses import whole_address
from passerelle.web.forms.directory.people import (
    QueueForm,
    SignInAccountForm,
    SignInChangeForm,
    UserForm,
)
from passerelle.web.forms.mail.sharing import LevelForm
from passerelle.web.forms.saving import accepted, saved
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.lists.timeline import timeline_of
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def users(request: AdministratorRequest) -> HttpResponse:
    """The users by name."""
    rows = SystemUser.objects.select_related("mailbox", "sign_in_account")
    for term in search_terms(request.GET.get("q", "")):
        rows = rows.filter(Q(fullname__icontains=term) | Q(internal_email_address__icontains=term))
    context = {"page": page_of(rows, Order("fullname"), request.GET), "q": request.GET.get("q", "")}
    return render(request, "web/people/users.html", context)


@administrator
def queues(request: AdministratorRequest) -> HttpResponse:
    """The queues by name."""
    rows = Queue.objects.select_related("mailbox").annotate(size=Count("members"))
    for term in search_terms(request.GET.get("q", "")):
        rows = rows.filter(Q(name__icontains=term) | Q(email_address__icontains=term))
    context = {"page": page_of(rows, Order("name"), request.GET), "q": request.GET.get("q", "")}
    return render(request, "web/people/queues.html", context)


@administrator
def user(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One user: the mailbox, the account, the emails."""
    found = get_object_or_404(SystemUser, pk=key)
    account = SignInAccount.objects.filter(systemuser=found).first()
    form = SignInChangeForm(instance=account) if account else SignInAccountForm()
    return _user_page(request, found, form, status=200)


@administrator
def queue(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One queue: the mailbox, the members, the emails."""
    found = get_object_or_404(Queue.objects.select_related("owner"), pk=key)
    timeline = timeline_of(request.user, "queue", found, request.GET)
    context = {
        **_sharing(found, "queue"),
        "queue": found,
        "mailbox": getattr(found, "mailbox", None),
        "members": found.members.all(),
        "timeline": timeline,
        "page": timeline.page,
    }
    return render(request, "web/people/queue.html", context)


@administrator
def new_user(request: AdministratorRequest) -> HttpResponseBase:
    """Make a user and the mailbox."""
    form = UserForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        made = saved(form, lambda: _make_user(values, request.user.username))
        if made:
            messages.success(request, gettext("The user and the mailbox are made."))
            return redirect("web:user", made.pk)
    return _form(request, form, "user", None)


@administrator
def edit_user(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Change a user."""
    found = get_object_or_404(SystemUser, pk=key)
    form = UserForm(request.POST or None, instance=SystemUser.objects.get(pk=key))
    if form.is_valid():
        values = form.cleaned_data
        changed = saved(form, lambda: _store_user(found, values, request.user.username))
        if changed:
            messages.success(request, gettext("Saved."))
            return redirect("web:user", key)
    return _form(request, form, "user", found)


@administrator
def new_queue(request: AdministratorRequest) -> HttpResponseBase:
    """Make a queue and its mailbox."""
    form = QueueForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        made = saved(form, lambda: _make_queue(values, request.user.username))
        if made:
            messages.success(request, gettext("The queue and its mailbox are made."))
            return redirect("web:queue", made.pk)
    return _form(request, form, "queue", None)


@administrator
def edit_queue(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Change a queue, its owner and its members."""
    found = get_object_or_404(Queue, pk=key)
    form = QueueForm(request.POST or None, instance=Queue.objects.get(pk=key))
    if form.is_valid() and accepted(form, lambda: _store_queue(found, form, request.user.username)):
        messages.success(request, gettext("Saved."))
        return redirect("web:queue", key)
    return _form(request, form, "queue", found)


@require_POST
@administrator
def sign_in_account(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """Give a user an account, or change its role."""
    found = get_object_or_404(SystemUser, pk=key)
    account = SignInAccount.objects.filter(systemuser=found).first()
    if account is None:
        form: SignInAccountForm | SignInChangeForm = SignInAccountForm(request.POST)
    else:
        form = SignInChangeForm(request.POST, instance=SignInAccount.objects.get(pk=account.pk))
    if form.is_valid() and accepted(
        form, lambda: _store_account(found, account, form.cleaned_data, request.user.username)
    ):
        messages.success(request, gettext("The account is saved."))
        return redirect("web:user", key)
    return _user_page(request, found, form, status=422)


@require_POST
@administrator
def sign_in_link(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Make a one-time link and show it this once."""
    account = get_object_or_404(SignInAccount, systemuser=key, is_active=True)
    token = crm.sign_in_link(account)
    link = whole_address(reverse("web:sign-in-link", args=[token]), request)
    return render(request, "web/people/link.html", {"account": account, "link": link, "key": key})


def _make_user(values: dict[str, Any], by: str) -> SystemUser:
    with transaction.atomic():
        made = create_user_with_mailbox(
            values["fullname"],
            values["internal_email_address"],
            by=by,
            filtering=values["incoming_email_filtering_method"],
            creates=values["create_automatically"],
            disabled=values["is_disabled"],
        )
        share_of_user(made, values["shared_level"], by)
    return made


def _store_user(user: SystemUser, values: dict[str, Any], by: str) -> SystemUser:
    with transaction.atomic():
        stored = crm.update_user(
            user,
            fullname=values["fullname"],
            address=values["internal_email_address"],
            filtering=values["incoming_email_filtering_method"],
            creates=values["create_automatically"],
            disabled=values["is_disabled"],
            by=by,
        )
        share_of_user(stored, values["shared_level"], by)
    return stored


def _make_queue(values: dict[str, Any], by: str) -> Queue:
    with transaction.atomic():
        made = create_queue_with_mailbox(
            values["name"],
            values["email_address"],
            by=by,
            filtering=values["incoming_email_filtering_method"],
            creates=values["create_automatically"],
            owner=values["owner"],
            members=values["members"],
        )
        share_of_queue(made, values["shared_level"], by)
    return made


def _store_queue(queue: Queue, form: QueueForm, by: str) -> Queue:
    values = form.cleaned_data
    with transaction.atomic():
        stored = crm.update_queue(
            queue,
            name=values["name"],
            address=values["email_address"],
            filtering=values["incoming_email_filtering_method"],
            creates=values["create_automatically"],
            state=values["statecode"],
            by=by,
        )
        crm.set_members(stored, values["members"], by=by)
        share_of_queue(stored, values["shared_level"], by)
        return crm.set_queue_owner(stored, values["owner"], by=by)


def _store_account(
    user: SystemUser, account: SignInAccount | None, values: dict[str, Any], by: str
) -> SignInAccount:
    if account is None:
        return access.create_account(values["username"], values["role"], systemuser=user, by=by)
    return access.change_account(
        account, role=values["role"], active=values["is_active"], systemuser=user, by=by
    )


def _user_page(
    request: AdministratorRequest,
    found: SystemUser,
    form: SignInAccountForm | SignInChangeForm,
    *,
    status: int,
) -> HttpResponse:
    timeline = timeline_of(request.user, "systemuser", found, request.GET)
    context = {
        **_sharing(found, "user"),
        "user_record": found,
        "forced": forced_option(tracking_rules()),
        "mailbox": getattr(found, "mailbox", None),
        "queues": found.queues.all(),
        "account": SignInAccount.objects.filter(systemuser=found).first(),
        "form": form,
        "timeline": timeline,
        "page": timeline.page,
    }
    return render(request, "web/people/user.html", context, status=status)


def _sharing(found: SystemUser | Queue, kind: str) -> dict[str, Any]:
    """What others see of the email, why, and the form that changes it."""
    level = "" if found.shared_level is None else found.shared_level
    return {
        "sharing": standing_of(found),
        "level_form": LevelForm(initial={"level": level}),
        "sharing_action": reverse(f"web:{kind}-sharing", args=[found.pk]),
    }


def _form(
    request: AdministratorRequest,
    form: UserForm | QueueForm,
    kind: str,
    record: SystemUser | Queue | None,
) -> HttpResponse:
    context = {"form": form, "kind": kind, "record": record}
    return render(request, "web/people/edit.html", context, status=422 if form.errors else 200)
