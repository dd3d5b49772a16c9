"""The decisions of one mailbox: those of a time counted by their reason, and all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from passerelle.sync.models import Place
from passerelle.sync.models.incoming import Outcome

MOST_COUNTED = 10_000
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a mailbox were decided alike."""

    outcome: Outcome
    reason: int
    count: int


def decisions_of(mailbox: UUID, outcome: str = "", reason: int | None = None) -> QuerySet[Place]:
    """The places of a mailbox, in no order; an unknown outcome is no filter."""
    places = Place.objects.filter(mailbox=mailbox).select_related("email", "quarantine")
    if outcome in set(Outcome):
        places = places.filter(outcome=outcome)
    return places if reason is None else places.filter(reason=reason)


def tallies_since(mailbox: UUID, moment: datetime) -> Sequence[Tally]:
    """The most frequent first; of the newest 10,000. One query in the order of its index."""
    places = Place.objects.filter(mailbox=mailbox, decided_on__gte=moment)
    pairs = places.order_by("-decided_on").values_list("outcome", "reason")[:MOST_COUNTED]
    counted = Counter(pairs).most_common()
    return [Tally(Outcome(outcome), reason, n) for (outcome, reason), n in counted]


def places_of(key: UUID) -> list[Place]:
    """The place with this key, or those of the email with it, as far as they are kept."""
    asked = Q(pk=key) | Q(email=key)
    related = Place.objects.select_related("mailbox", "quarantine")
    return list(related.filter(asked).order_by("pk")[:MOST_PLACES])
