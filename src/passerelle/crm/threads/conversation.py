"""A conversation: the emails that answer each other, whoever began it, in their order.

A few questions whatever its length: which emails hang together, and the rows of those of which the
reader may see anything. Of each is told as much as they may see (`crm.sharing`). An email that is
named and not stored is told of; one of which the reader may see nothing is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce, Left

from passerelle.crm.models import Email, SignInAccount
from passerelle.crm.models.mail.emails import CorrelationDoubt, CorrelationState
from passerelle.crm.models.people import SharedLevel
from passerelle.crm.sharing import emails_seen
from passerelle.crm.threads.chains import conversation_keys
from passerelle.crm.threads.ordering import Timed, oldest_first

BEGINNING_CHARS = 200
MOST_READ = 1_000  # emails of a conversation that are put in order
SHOWN = 200  # of them, around the one that is looked at
LEAST_EMAILS = 2
_COLUMNS = (
    "pk",
    "subject",
    "sender",
    "moment",
    "direction_code",
    "beginning",
    "in_reply_to",
    "correlated_activity",
    "proposed_activity",
    "correlation_state",
    "correlation_doubt",
    "sight",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One email of a conversation; what is not the reader's to see of it is ""."""

    key: UUID
    subject: str
    sender: str
    when: datetime
    outgoing: bool
    beginning: str
    doubt: str = ""  # why it is only proposed that it belongs here; "" where it does
    answers_missing: bool = False  # it is the first to answer an email that is not stored
    is_untold: bool = False  # the reader may not see its subject


@dataclass(frozen=True, slots=True)
class Conversation:
    """Emails around the one that is looked at, the oldest first, and how many more there are."""

    emails: Sequence[Said] = ()
    earlier: int = 0
    later: int = 0


def conversation_of(account: SignInAccount, email: Email) -> Conversation:
    """The emails of its conversation that this person may see; none where it stands alone."""
    keys = conversation_keys(email, MOST_READ)
    members = Q(pk__in=keys) | Q(proposed_activity__in=keys)
    rows = (
        emails_seen(account)
        .filter(members)
        .annotate(
            moment=Coalesce("sent_on", "created_on"), beginning=Left("description", BEGINNING_CHARS)
        )
        .order_by("moment", "created_on", "activity_id")
    )
    found = oldest_first(rows.values(*_COLUMNS)[:MOST_READ], _timed)
    if len(found) < LEAST_EMAILS:
        return Conversation()
    at = next((at for at, row in enumerate(found) if row["pk"] == email.pk), 0)
    start = max(0, min(at - SHOWN // 2, len(found) - SHOWN))
    shown = found[start : start + SHOWN]
    said = tuple(_said(shown, set(keys)))
    return Conversation(said, start, len(found) - start - len(shown))


def _timed(row: Mapping[str, Any]) -> Timed:
    return Timed(row["pk"], row["moment"], row["correlated_activity"] or row["proposed_activity"])


def _said(rows: Sequence[Mapping[str, Any]], keys: set[UUID]) -> Iterator[Said]:
    missing = _named(rows)
    for row in rows:
        sight = row["sight"]
        yield Said(
            key=row["pk"],
            subject=row["subject"] if sight >= SharedLevel.SUBJECT else "",
            sender=row["sender"],
            when=row["moment"],
            outgoing=row["direction_code"],
            beginning=" ".join(row["beginning"].split()) if sight == SharedLevel.ALL else "",
            doubt=""
            if row["pk"] in keys
            else str(CorrelationDoubt(row["correlation_doubt"]).label),
            answers_missing=_is_waiting(row) and row["in_reply_to"] in missing,
            is_untold=sight < SharedLevel.SUBJECT,
        )
        missing.discard(row["in_reply_to"])


def _named(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids that these answer and that no email has."""
    named = {row["in_reply_to"] for row in rows if _is_waiting(row)}
    if not named:
        return set()
    stored = Email.objects.filter(message_id__in=named).values_list("message_id", flat=True)
    return named - set(stored)


def _is_waiting(row: Mapping[str, Any]) -> bool:
    return bool(row["in_reply_to"]) and row["correlation_state"] == CorrelationState.NONE
