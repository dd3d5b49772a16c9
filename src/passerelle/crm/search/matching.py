"""What is found by words, as far as somebody may see it, the newest first.

Of who sees few emails, these are looked through. Else the index is asked, which knows nothing of
rights, for some thousand emails at a time, and those that are visible are shown: a question that
nearly everything answers costs no more than one page.
Who sees the headers of all email finds other people's by these alone: that a word is found would
tell that it stands in the text. The index holds the words of headers a second time for it.
What is only shared with somebody is not searched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import Email, SignInAccount, SystemUser
from passerelle.crm.readers import few_read_as, is_read_by, principals_of
from passerelle.crm.search.databases import find, find_among
from passerelle.crm.search.words import of_headers

CANDIDATES = (200, 2_000, 2_000, 2_000)  # asked of the index in turn; then the page ends
HIGHEST = 2**62

# Numbers and keys of emails with these beginnings, below a number, so many.
Find = Callable[[Sequence[str], int, int], list[tuple[int, object]]]


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the emails, and below which number the next page goes on (0: there is none)."""

    emails: Sequence[Email]
    below: int


@dataclass(frozen=True, slots=True)
class _Hits:
    """Keys of emails by their number in the index; above `below` these are all (0: at all)."""

    keys: Mapping[int, UUID]
    below: int


def search(
    account: SignInAccount, wanted: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> Found:
    """A page of the wanted emails that this account sees and that have all these beginnings.

    A page may be short, or empty, and have a next one all the same: so much of what was found
    was not visible.
    """
    below = below or HIGHEST
    found: list[_Hits] = []
    if account.systemuser is not None:
        found.append(_own(account.systemuser, wanted, sought, below, size))
    if account.sees_all_email:
        found.append(_hits(find, wanted, of_headers(sought), below, size))
    return _page(wanted, found, size)


def _own(
    user: SystemUser, wanted: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> _Hits:
    principals = principals_of(user)
    if few_read_as(principals) is not None:
        return _hits(partial(find_among, principals), wanted, sought, below, size)
    return _hits(find, wanted.filter(is_read_by(user)), sought, below, size)


def _hits(
    find: Find, visible: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> _Hits:
    keys: dict[int, UUID] = {}
    for asked in CANDIDATES:
        candidates = [(number, UUID(str(key))) for number, key in find(sought, below, asked)]
        there = visible.filter(pk__in=[key for _, key in candidates])
        seen = set(there.values_list("pk", flat=True)) if candidates else set()
        for number, key in candidates:
            below = number
            if key in seen:
                keys[number] = key
            if len(keys) == size:
                return _Hits(keys, below)
        if len(candidates) < asked:
            return _Hits(keys, 0)
    return _Hits(keys, below)


def _page(wanted: QuerySet[Email], found: Sequence[_Hits], size: int) -> Found:
    """What was found in several ways, as one: as far down as each of them was followed."""
    below = max((hits.below for hits in found), default=0)
    keys = {number: key for hits in found for number, key in hits.keys.items() if number >= below}
    numbers = sorted(keys, reverse=True)
    shown = numbers[:size]
    emails = wanted.in_bulk([keys[number] for number in shown])
    return Found(
        [emails[keys[number]] for number in shown if keys[number] in emails],
        shown[-1] if len(numbers) > size else below,
    )
