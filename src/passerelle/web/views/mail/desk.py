"""The desk of a queue: what waits, picking it, giving it on, finishing it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from passerelle.crm import queue_items
from passerelle.crm.models import Queue, QueueItem, SystemUser
from passerelle.crm.queue_items import Show
from passerelle.web.forms.mail.desk import FinishBeforeForm, RouteForm
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AccountRequest, signed_in

SHOWS = {
    Show.WAITING: _("Waiting"),
    Show.MINE: _("Mine"),
    Show.TAKEN: _("Somebody works on them"),
    Show.DONE: _("Finished"),
}
Step = Callable[[QueueItem, SystemUser | None], None]


@signed_in
def desks(request: AccountRequest) -> HttpResponse:
    """The queues of this person and what waits in each."""
    return render(request, "web/desk/list.html", {"desks": queue_items.desks_of(request.user)})


@signed_in
def desk(request: AccountRequest, key: UUID) -> HttpResponse:
    """The items of one queue: what waits longest first, what is finished last first."""
    return _desk(request, _queue(request, key), FinishBeforeForm())


def _desk(request: AccountRequest, queue: Queue, form: FinishBeforeForm) -> HttpResponse:
    show = _show(request.GET.get("show", ""))
    items = queue_items.items_of(queue, show, request.user)
    order = Order("entered_on", descending=show is Show.DONE)
    context = {
        "queue": queue,
        "shows": {one.value: label for one, label in SHOWS.items()},
        "show": show.value,
        "page": page_of(items, order, request.GET),
        "form": form,
        "may_pick": queue_items.works_in(queue, request.user.systemuser),
    }
    return render(request, "web/desk/desk.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def take_next(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Work on what waits longest: it is picked and opened."""
    queue = _queue(request, key)
    user = request.user.systemuser
    if user is None or not queue_items.works_in(queue, user):
        raise Http404
    item = queue_items.pick_next(queue, user)
    if item is None:
        messages.info(request, gettext("Nothing waits in this queue."))
        return redirect("web:desk", queue.pk)
    return redirect("web:email", item.email_id)


@require_POST
@signed_in
def finish_before(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Finish what has waited since before a day, and nobody works on."""
    queue = _queue(request, key)
    form = FinishBeforeForm(request.POST)
    if not form.is_valid():
        return _desk(request, queue, form)
    count = queue_items.finish_before(queue, form.moment())
    sentence = ngettext("%(count)d item is finished.", "%(count)d items are finished.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("web:desk", queue.pk)


@require_POST
@signed_in
def step(request: AccountRequest, key: UUID, name: str) -> HttpResponseBase:
    """One step of the work on an item, then back to where it was asked for."""
    item = _item(request, key)
    take = _STEPS.get(name)
    if take is None:
        raise Http404
    try:
        take(item, request.user.systemuser)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    return _back(request, item)


@signed_in
def route(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Give an item to another queue, or to a colleague of this one."""
    item = _item(request, key)
    form = RouteForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_valid():
        try:
            form.carry_out()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("Given on."))
            return _back(request, item)
    context = {"item": item, "form": form}
    return render(request, "web/desk/route.html", context, status=422 if form.errors else 200)


def _pick(item: QueueItem, user: SystemUser | None) -> None:
    if user is None or not queue_items.works_in(item.queue, user):
        raise Http404
    queue_items.pick(item, user)


_STEPS: dict[str, Step] = {
    "pick": _pick,
    "release": lambda item, _: queue_items.release(item),
    "finish": lambda item, _: queue_items.finish(item),
    "reopen": lambda item, _: queue_items.reopen(item),
}


def _queue(request: AccountRequest, key: UUID) -> Queue:
    """A queue that this person works in; 404 for others."""
    return get_object_or_404(queue_items.queues_of(request.user), pk=key)


def _item(request: AccountRequest, key: UUID) -> QueueItem:
    queues = queue_items.queues_of(request.user)
    items = QueueItem.objects.filter(queue__in=queues).select_related("queue", "email", "worker")
    return get_object_or_404(items, pk=key)


def _back(request: AccountRequest, item: QueueItem) -> HttpResponse:
    """To the email where the button stood there; else to the desk."""
    if request.POST.get("back") == "email":
        return redirect("web:email", item.email_id)
    return redirect("web:desk", item.queue_id)


def _show(name: str) -> Show:
    try:
        return Show(name)
    except ValueError:
        return Show.WAITING
