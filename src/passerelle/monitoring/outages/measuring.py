"""How many mailboxes of each profile fail. Reads only, in one query for all profiles.

What fails is told by the engine's work, not by alerts: mailboxes that wait with refused
credentials have no alert each, and are out of work all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from passerelle.engine.services import failing_keys
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.models.profile import State

WINDOW = timedelta(hours=1)
LEAST_FAILING = 2  # one mailbox is its own alert


@dataclass(frozen=True, slots=True)
class Share:
    """The enabled mailboxes of a profile; `lately`: those of the failing that did within an hour.

    A fault that only a change ends is met once and never again, so that an outage begins by what
    failed lately and lasts as long as it fails.
    """

    profile_id: UUID
    name: str
    mailboxes: int
    failing: int
    lately: int

    @property
    def begins(self) -> bool:
        return self.lately >= LEAST_FAILING and 2 * self.lately >= self.mailboxes

    @property
    def lasts(self) -> bool:
        return self.failing >= LEAST_FAILING and 2 * self.failing >= self.mailboxes


def shares(now: datetime) -> list[Share]:
    """The active profiles of which at least two mailboxes fail now."""
    enabled = Q(enabled_for_incoming=True) | Q(enabled_for_outgoing=True)
    rows = (
        Mailbox.objects.filter(enabled, statecode=State.ACTIVE, profile__statecode=State.ACTIVE)
        .order_by()
        .values("profile_id", "profile__name")
        .annotate(
            mailboxes=Count("pk"),
            failing=Count("pk", filter=_failing(None)),
            lately=Count("pk", filter=_failing(now - WINDOW)),
        )
        .filter(failing__gte=LEAST_FAILING)
    )
    return [
        Share(
            row["profile_id"], row["profile__name"], row["mailboxes"], row["failing"], row["lately"]
        )
        for row in rows
    ]


def outages(known: Iterable[UUID], now: datetime) -> list[Share]:
    """The profiles that are out of work: those where it begins, and of the known where it lasts."""
    before = set(known)
    return [one for one in shares(now) if one.begins or (one.profile_id in before and one.lasts)]


def _failing(since: datetime | None) -> Q:
    """Either direction counts, as long as it is enabled."""
    return Q(
        enabled_for_incoming=True, pk__in=failing_keys([Direction.INCOMING.value], since=since)
    ) | Q(enabled_for_outgoing=True, pk__in=failing_keys([Direction.OUTGOING.value], since=since))
