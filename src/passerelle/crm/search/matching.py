"""What is found by words, as far as somebody may see it, the newest first.

The index knows nothing of rights: it is asked for some thousand emails at a time, and those that
are visible are shown. A question that nearly everything answers costs no more than one page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import Email
from passerelle.crm.search.databases import find

CANDIDATES = (200, 2_000, 2_000, 2_000)  # asked of the index in turn; then the page ends
HIGHEST = 2**62


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the emails, and below which number the next page goes on (0: there is none)."""

    emails: Sequence[Email]
    below: int


def search(visible: QuerySet[Email], sought: Sequence[str], below: int, size: int) -> Found:
    """A page of those among `visible` that have words with all these beginnings.

    A page may be short, or empty, and have a next one all the same: so much of what was found
    was not visible.
    """
    keys: list[UUID] = []
    below = below or HIGHEST
    for asked in CANDIDATES:
        candidates = [(number, UUID(str(key))) for number, key in find(sought, below, asked)]
        seen = _visible(visible, [key for _, key in candidates])
        for number, key in candidates:
            below = number
            if key in seen:
                keys.append(key)
            if len(keys) == size:
                return Found(_loaded(visible, keys), below)
        if len(candidates) < asked:
            return Found(_loaded(visible, keys), 0)
    return Found(_loaded(visible, keys), below)


def _visible(visible: QuerySet[Email], keys: Sequence[UUID]) -> set[UUID]:
    return set(visible.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _loaded(visible: QuerySet[Email], keys: Sequence[UUID]) -> list[Email]:
    """Those emails in this order."""
    found = {email.pk: email for email in visible.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
