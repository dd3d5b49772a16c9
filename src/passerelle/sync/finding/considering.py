"""What other rules would have made of the newest decisions: decided again, and nothing is changed.

Of each decision its case is kept, so that no message is read again. What is settled before a
message's people are known has none, and no rule would settle it otherwise.
"""

from dataclasses import dataclass
from datetime import datetime

from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import TrackingRules
from passerelle.sync.incoming.desk import joining_of, tracking_settings
from passerelle.sync.models import Place
from passerelle.tracking import Case, Reason, case_of_text, replay

MOST_CASES = 100
MOST_PLACES = 500  # looked through for them, the newest
TAKEN = frozenset(
    {
        Reason.ACCEPT_ALL,
        Reason.SENDER_MATCH,
        Reason.CORRELATION_MATCH,
        Reason.BOUNCE,
        Reason.RECEIPT,
    }
)


@dataclass(frozen=True, slots=True)
class Differing:
    """A message that the other rules settle otherwise."""

    sender: str
    decided_on: datetime
    now: Reason
    then: Reason

    @property
    def is_taken(self) -> bool:
        """Whether the other rules take it."""
        return self.then in TAKEN


@dataclass(frozen=True, slots=True)
class Considered:
    """Of how many messages how many are taken by the rules of now, and would be by the others."""

    count: int
    taken_now: int
    taken_then: int
    differing: tuple[Differing, ...]


def consider(rules: TrackingRules) -> Considered:
    """What these rules make of the newest messages, beside those that are stored."""
    settings = mailboxes.system_settings()
    of_now = tracking_settings(settings, mailboxes.tracking_rules())
    of_then = tracking_settings(settings, rules)
    pairs = [
        (
            place,
            replay(case, joining_of(place.mailbox, of_now)),
            replay(case, joining_of(place.mailbox, of_then)),
        )
        for place, case in _newest_cases()
    ]
    return Considered(
        count=len(pairs),
        taken_now=sum(now in TAKEN for _, now, _ in pairs),
        taken_then=sum(then in TAKEN for _, _, then in pairs),
        differing=tuple(
            Differing(place.sender, place.decided_on, now, then)
            for place, now, then in pairs
            if now is not then
        ),
    )


def _newest_cases() -> list[tuple[Place, Case]]:
    """One query in the order of the key, which is that of time but for those of one moment."""
    told = Place.objects.select_related("mailbox").only(
        "sender", "facts", "decided_on", "mailbox__joining"
    )
    places = told.order_by("-pk")[:MOST_PLACES]
    ordered = sorted(places, key=lambda place: place.decided_on, reverse=True)
    cases = ((place, case_of_text(place.facts.get("case"))) for place in ordered)
    return [(place, case) for place, case in cases if case is not None][:MOST_CASES]
