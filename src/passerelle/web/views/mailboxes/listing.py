"""The list of mailboxes: words, filters, a page by seeking, and how each direction stands."""

from django.http import HttpResponse
from django.shortcuts import render

from passerelle.mailboxes.bulk.services import kinds_of
from passerelle.mailboxes.choosing.services import Wanted, bounded_count, found, wanted_of
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.bulk import BulkKind
from passerelle.mailboxes.services import RELATED
from passerelle.web.forms.filters import FiltersForm
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import OperatorRequest, operator
from passerelle.web.state.mailbox_state import marks_of

PROFILES_SHOWN = 500


@operator
def listed(request: OperatorRequest) -> HttpResponse:
    """The mailboxes by name, or those that words and filters leave."""
    wanted = wanted_of(request.GET.dict())
    rows = found(wanted)
    page = page_of(rows.select_related(*RELATED), Order("name"), request.GET)
    context = {
        "page": page,
        "marks": marks_of(page.rows),
        "count": bounded_count(rows) if page.rows else 0,
        "filters": FiltersForm(initial=wanted.stored(), profiles=_profiles()),
        "wanted": wanted,
        "narrowed": wanted != Wanted(),
        "more": bool(wanted.stored().keys() - {"q", "kind", "approval", "test"}),
        "kinds": [kind for kind in kinds_of(request.user) if kind != BulkKind.START],
    }
    return render(request, "web/mailboxes/list.html", context)


def _profiles() -> list[tuple[str, str]]:
    rows = EmailServerProfile.objects.order_by("name").values_list("pk", "name")
    return [(str(key), name) for key, name in rows[:PROFILES_SHOWN]]
