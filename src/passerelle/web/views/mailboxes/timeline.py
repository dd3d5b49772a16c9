"""The time line of a mailbox: for operators of any, for a person of their own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import RELATED
from passerelle.sync.services import Shown, cycles_of, quiet_now
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AccountRequest, OperatorRequest, operator, with_own_mailbox
from passerelle.web.state.mailbox_state import states_of
from passerelle.web.state.timeline import told

NEWEST = Order("began_on", descending=True)


@operator
def timeline(request: OperatorRequest, key: UUID) -> HttpResponse:
    """Each cycle of a mailbox."""
    mailbox = get_object_or_404(Mailbox.objects.select_related(*RELATED), pk=key)
    return _page(request, mailbox, reverse("web:mailbox", args=[key]))


@with_own_mailbox
def my_timeline(request: AccountRequest, mailbox: Mailbox) -> HttpResponse:
    """Each cycle of one's own mailbox."""
    return _page(request, mailbox, reverse("web:my-mailbox"))


def _page(request: HttpRequest, mailbox: Mailbox, back: str) -> HttpResponse:
    wanted = request.GET.get("show", "")
    shown = Shown(wanted) if wanted in set(Shown) else Shown.ALL
    page = page_of(cycles_of(mailbox.pk, shown), NEWEST, request.GET)
    streak = quiet_now(mailbox.pk) if shown is Shown.ALL and not page.before else None
    context = {
        "mailbox": mailbox,
        "back": back,
        "shown": shown.value,
        "states": states_of(mailbox),
        "cycles": told([*([streak] if streak else []), *page.rows]),
        "page": page,
    }
    return render(request, "web/mailboxes/timeline.html", context)
