"""Many people invited at once: chosen, previewed, sent; how each invitation stands."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from passerelle.access import services as access
from passerelle.access.services import INVITABLE, Choice, Whom
from passerelle.alerts.services import render_fault, told_in_line
from passerelle.faults.access import AccessFault
from passerelle.web.addresses import link_address
from passerelle.web.forms.access.inviting import way_in
from passerelle.web.forms.pressing import ticked
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator

COUNT_DIGITS = 8
TONES = {"waiting": "busy", "accepted": "good", "expired": "warn", "failed": "bad"}


@administrator
def choose(request: AdministratorRequest) -> HttpResponseBase:
    """Show what would become of whom; with POST, invite those who can be."""
    if request.method == "POST":
        return _invite(request)
    choice = _choice(request.GET)
    users = choice.users()
    counts = access.counted(users)
    context = {
        "page": page_of(users, Order("fullname"), request.GET),
        "q": request.GET.get("q", ""),
        "whom": choice.whom,
        "groups": Whom,
        "prospects": dict(access.Prospect.choices),
        "invitable": list(INVITABLE),
        "ways": access.ways_of_inviting(),
        "to_do": sum(counts.get(one, 0) for one in INVITABLE),
        "left_out": {one.label: n for one, n in counts.items() if one not in INVITABLE},
    }
    return render(request, "web/invitations/new.html", context)


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The invitations, the newest first."""
    page = page_of(access.invitations(), Order("asked_on", descending=True), request.GET)
    now = timezone.now()
    rows = []
    for one in page.rows:
        standing = one.standing(now)
        told = render_fault(one.code, one.facts) if one.code else None
        rows.append((one, standing, TONES.get(standing, ""), told))
    context = {"page": page, "rows": rows}
    return render(request, "web/invitations/list.html", context)


@require_POST
@administrator
def again(request: AdministratorRequest) -> HttpResponse:
    """Send new links to those ticked."""
    try:
        keys = ticked(request.POST)
        total = access.send_again(keys, link_address(request), request.user.username)
    except AccessFault as fault:
        messages.error(request, told_in_line(fault))
    else:
        _say_going_out(request, total)
    return redirect("web:invitations")


@require_POST
@administrator
def withdraw(request: AdministratorRequest) -> HttpResponse:
    """Let the links of those ticked work no longer."""
    try:
        total = access.withdraw(ticked(request.POST), request.user.username)
    except AccessFault as fault:
        messages.error(request, told_in_line(fault))
    else:
        text = ngettext("{n} invitation is withdrawn.", "{n} invitations are withdrawn.", total)
        messages.success(request, text.format(n=total))
    return redirect("web:invitations")


def _invite(request: AdministratorRequest) -> HttpResponse:
    asked = request.POST
    expected = asked.get("expected", "") if "every" in asked else ""
    number = int(expected) if expected.isdecimal() and len(expected) <= COUNT_DIGITS else None
    try:
        total = access.invite_many(
            _choice(asked), link_address(request), request.user.username,
            way=way_in(asked), expected=number,
        )  # fmt: skip
    except AccessFault as fault:
        messages.error(request, told_in_line(fault))
        return redirect(f"{reverse('web:invitations-new')}?{_query(asked)}")
    _say_going_out(request, total)
    return redirect("web:invitations")


def _say_going_out(request: AdministratorRequest, total: int) -> None:
    text = ngettext("{n} invitation goes out.", "{n} invitations go out.", total)
    messages.success(request, text.format(n=total))


def _choice(asked: QueryDict) -> Choice:
    whom = asked.get("whom", "")
    group = Whom(whom) if whom in Whom.values else Whom.WITHOUT
    names_some = "expected" in asked and "every" not in asked
    words = tuple(search_terms(asked.get("q", "")))
    return Choice(group, words, ticked(asked) if names_some else None)


def _query(asked: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    kept.update({name: asked.get(name, "") for name in ("whom", "q")})
    return kept.urlencode()
