"""Where is my mail? What became of every message with an address or a Message-ID."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from passerelle.crm.models import SignInAccount
from passerelle.sync.services import (
    Found,
    readers_of,
    seer_of,
    sought_by,
    where,
)
from passerelle.upkeep.services import upkeep_settings
from passerelle.web.mail.decided import Decided, decided
from passerelle.web.rights import AccountRequest, signed_in

TEXT_CHARS = 400  # a Message-ID has 320 at most, and may stand among spaces


@signed_in
def search(request: AccountRequest) -> HttpResponse:
    """The messages that this person may be told of; where there is none, what was looked at."""
    text = request.GET.get("q", "").replace("\0", "")[:TEXT_CHARS]
    seer, sought = seer_of(request.user), sought_by(text)
    page = where(
        seer, sought, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context: dict[str, Any] = {
        "q": text,
        "sought": sought,
        "page": page,
        "rows": _told(request.user, page.rows),
        "imported": _told(request.user, page.imported),
        "kept_days": upkeep_settings().ignored_days,
    }
    if sought and not page:
        context["readers"] = readers_of(seer, sought)
        context["all_mailboxes"] = seer.boxes is None
    return render(request, "web/emails/where.html", context)


def _told(account: SignInAccount, rows: Sequence[Found]) -> list[tuple[Found, Decided | None]]:
    places = [found.place for found in rows if found.place is not None]
    told = {one.place.pk: one for one in decided(account, places)}
    return [(found, told.get(found.place.pk) if found.place else None) for found in rows]
