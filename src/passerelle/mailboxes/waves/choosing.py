"""Whom a plan is about: what words and filters leave, the members of a queue, or a list.

There are no business units here, so a unit is chosen by its queue, its profile, or a list of its
addresses. Who needs no wave is left out and counted, for the person who makes the plan.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from passerelle.mailboxes.choosing.finding import found
from passerelle.mailboxes.choosing.wanted import Wanted
from passerelle.mailboxes.models import Mailbox, WaveMember
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.models.waves import OPEN_STATES, MemberOutcome

MOST_ADDRESSES = 40_000
UNKNOWN_KEPT = 200
_SEPARATOR = re.compile(r"[\s,;<>]+")

_IN = Q(incoming_method=DeliveryMethod.SERVER_SIDE)
_OUT = Q(outgoing_method=DeliveryMethod.SERVER_SIDE)
_INACTIVE = (
    Q(statecode=State.INACTIVE)
    | Q(systemuser__is_disabled=True)
    | Q(queue__statecode=State.INACTIVE)
)
_TO_ENABLE = (_IN & Q(enabled_for_incoming=False)) | (_OUT & Q(enabled_for_outgoing=False))

# Why a mailbox is not in the plan; the first that holds counts.
LEFT_OUT: Mapping[str, object] = {
    "inactive": _("inactive, or their user or queue is"),
    "not-served": _("without a direction that Passerelle serves"),
    "enabled": _("enabled already"),
    "other-plan": _("in another plan that runs or is paused"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The members in the order of their waves, and what a person should know of the rest."""

    queues: list[UUID]
    users: list[UUID]
    findings: dict[str, object] = field(default_factory=dict)


def addresses_in(text: str) -> list[str]:
    """The words of a pasted list that may be addresses, folded, each once, in their order."""
    words = (word.strip("\"'()").casefold() for word in _SEPARATOR.split(text.replace("\0", "")))
    return list(dict.fromkeys(word for word in words if "@" in word))[:MOST_ADDRESSES]


def choose(wanted: Wanted, addresses: list[str] | None = None) -> Chosen:
    """Few queries, however many mailboxes. A list narrows down what the filter leaves."""
    listed, unknown = (None, []) if addresses is None else _listed(addresses)
    queues: list[UUID] = []
    users: list[UUID] = []
    counts: dict[str, int] = {}
    unapproved = with_act = 0
    for key, queue, reason, approval, act in _rows(wanted):
        if listed is not None and key not in listed:
            continue
        if reason:
            counts[reason] = counts.get(reason, 0) + 1
            continue
        (users if queue is None else queues).append(key)
        unapproved += approval != AccessApproval.APPROVED
        with_act += act == 1
    findings: dict[str, object] = {"left_out": counts}
    findings |= {"unapproved": unapproved, "with_act": with_act}
    findings |= {"unknown": unknown[:UNKNOWN_KEPT], "unknown_count": len(unknown)}
    return Chosen(queues, users, findings)


def _rows(wanted: Wanted) -> "QuerySet[Mailbox, tuple[UUID, UUID | None, str, int, int]]":
    elsewhere = WaveMember.objects.filter(
        mailbox=OuterRef("pk"), plan__state__in=OPEN_STATES, outcome=MemberOutcome.WAITING
    )
    reason = Case(
        When(_INACTIVE, then=Value("inactive")),
        When(~(_IN | _OUT), then=Value("not-served")),
        When(~_TO_ENABLE, then=Value("enabled")),
        When(Exists(elsewhere), then=Value("other-plan")),
        default=Value(""),
        output_field=CharField(max_length=16),
    )
    rows = found(wanted).annotate(reason=reason).order_by("name", "pk")
    return rows.values_list("pk", "queue_id", "reason", "approval", "act_method")


def _listed(addresses: list[str]) -> tuple[set[UUID], list[str]]:
    """The mailboxes with these addresses, and the addresses that no mailbox has."""
    asked = set(addresses)
    keys: set[UUID] = set()
    known: set[str] = set()
    rows = Mailbox.objects.order_by().exclude(email_address="")
    for key, address in rows.values_list("pk", "email_address").iterator():
        folded = address.casefold()
        if folded in asked:
            keys.add(key)
            known.add(folded)
    return keys, [address for address in addresses if address not in known]
