"""The mailboxes of a bulk action, ticked or left by a filter, and what it would do to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from passerelle.mailboxes.bulk.changes import Change
from passerelle.mailboxes.bulk.reasons import reason_of
from passerelle.mailboxes.choosing.finding import found
from passerelle.mailboxes.choosing.wanted import Wanted
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.bulk import BulkOutcome
from passerelle.mailboxes.services.processing import current_settings

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Selection:
    """Ticked rows, or (where `wanted` is given) everything that a filter leaves."""

    keys: tuple[UUID, ...] = ()
    wanted: Wanted | None = None

    def mailboxes(self) -> QuerySet[Mailbox]:
        if self.wanted is not None:
            return found(self.wanted)
        return Mailbox.objects.order_by().filter(pk__in=self.keys)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the action would do now."""

    total: int
    to_do: int
    left_out: Mapping[BulkOutcome, int]
    sample: Sequence[Mailbox]  # some of those that it would be done to


def preview(selection: Selection, change: Change) -> Preview:
    """Three queries, however many mailboxes it is about."""
    rows = selection.mailboxes().annotate(reason=reason_of(change, current_settings()))
    counts = dict(rows.values_list("reason").annotate(count=Count("pk")).order_by())
    to_do = counts.pop("", 0)
    left_out = {BulkOutcome(reason): count for reason, count in sorted(counts.items())}
    sample = rows.filter(reason="").order_by("name", "pk")[:SAMPLE] if to_do else []
    return Preview(to_do + sum(left_out.values()), to_do, left_out, list(sample))
