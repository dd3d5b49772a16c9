"""All decisions of a mailbox, by outcome and reason."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from passerelle.mailboxes.models import Mailbox
from passerelle.sync.models.incoming import Outcome
from passerelle.sync.services import decisions_of
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.mail.decided import decided
from passerelle.web.rights import OperatorRequest, operator
from passerelle.web.state.reasons import words_of

NEWEST = Order("decided_on", descending=True)
REASON_DIGITS = 4


@operator
def decisions(request: OperatorRequest, key: UUID) -> HttpResponse:
    """What became of each message that the mailbox brought, the newest first."""
    mailbox = get_object_or_404(Mailbox, pk=key)
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in set(Outcome) else ""
    reason = _number(request.GET.get("reason", ""))
    page = page_of(decisions_of(mailbox.pk, outcome, reason), NEWEST, request.GET)
    context = {
        "mailbox": mailbox,
        "outcomes": Outcome.choices,
        "outcome": outcome,
        "reason": None if reason is None else words_of(outcome, reason),
        "page": page,
        "decisions": decided(request.user, page.rows),
        "filtered": bool(outcome) or reason is not None,
    }
    return render(request, "web/mailboxes/decisions.html", context)


def _number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return (
        int(text) if digits.isascii() and digits.isdigit() and len(digits) < REASON_DIGITS else None
    )
