"""What is found by words, as far as somebody may see it, the newest first.

Of who sees few emails, these are looked through. Of others the index is asked for some thousand
emails at a time, and those that are visible are shown: it knows nothing of rights. Where it would
gather all that have a word, the words of the newest emails are read first: one that very many have
is met there soon.
Who sees the headers of all email finds other people's by these alone: that a word is found would
tell that it stands in the text. The index holds the words of headers a second time for it.
What is only shared with somebody is not searched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import Email, IndexedEmail, SignInAccount, SystemUser
from passerelle.crm.readers import few_read_as, is_read_by, principals_of
from passerelle.crm.search.beginnings import question_in_order
from passerelle.crm.search.databases import find, find_among, find_in_order, find_next, find_of
from passerelle.crm.search.words import of_headers

CANDIDATES = (200, 2_000, 2_000, 2_000)  # asked of the index in turn; then the page ends
# Emails of the index whose words are read in turn, the second if a page is met among all of them.
# Of who reads some of them more: nothing is to be read of most, and theirs lie close together.
NEXT, NEXT_OF_ALL = (2_500, 7_500), (500, 2_000)
HIGHEST = 2**62

Candidates = list[tuple[int, object]]  # numbers and keys of emails; none of what is not theirs
# Those below a number that have the words, so many; and those among some numbers, so many.
Find = Callable[[int, int], Candidates]
FindNext = Callable[[range, int], Candidates]


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
        found.append(_met_or_found(None, wanted, of_headers(sought), below, size))
    return _page(wanted, found, size)


def search_few(
    account: SignInAccount, wanted: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> Found:
    """`search` where the wanted emails are some thousand at most: all their words are read.

    So that the emails of one person are found, however many others have the words.
    """
    below, found = below or HIGHEST, []
    indexed = IndexedEmail.objects.filter(email__in=wanted.values("pk"))
    look = partial(find_of, list(indexed.values_list("number", flat=True)))
    if account.systemuser is not None:
        own = wanted.filter(is_read_by(account.systemuser))
        found.append(_hits(partial(look, sought), own, below, size))
    if account.sees_all_email:
        found.append(_hits(partial(look, of_headers(sought)), wanted, below, size))
    return _page(wanted, found, size)


def _own(
    user: SystemUser, wanted: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> _Hits:
    principals = principals_of(user)
    if few_read_as(principals) is not None:
        return _hits(partial(find_among, principals, sought), wanted, below, size)
    return _met_or_found(principals, wanted.filter(is_read_by(user)), sought, below, size)


def _met_or_found(
    principals: Sequence[UUID] | None,
    visible: QuerySet[Email],
    sought: Sequence[str],
    below: int,
    size: int,
) -> _Hits:
    question = question_in_order(sought)
    if question is not None:
        return _hits(partial(find_in_order, question, principals), visible, below, size)
    find_here = partial(find_next, principals, sought)
    met = _met(find_here, visible, NEXT if principals else NEXT_OF_ALL, below, size)
    if len(met.keys) == size or not met.below:
        return met
    rest = _hits(partial(find, sought), visible, met.below, size - len(met.keys))
    return _Hits({**met.keys, **rest.keys}, rest.below)


def _met(
    find: FindNext, visible: QuerySet[Email], windows: Sequence[int], below: int, size: int
) -> _Hits:
    """What the next emails have, until it is seen that these would not fill the page."""
    keys: dict[int, UUID] = {}
    walked = 0
    for count in windows:
        start = _number_of_next(below, count)
        candidates = find(range(start, below), CANDIDATES[0])
        for number, key in _seen(candidates, visible):
            keys[number] = key
            if len(keys) == size:
                return _Hits(keys, number)
        below = start if len(candidates) < CANDIDATES[0] else candidates[-1][0]
        walked += count
        if not below or len(keys) * sum(windows) < size * walked:
            break
    return _Hits(keys, below)


def _number_of_next(below: int, count: int) -> int:
    """Of the last one of so many emails; 0 where there are fewer."""
    rows = IndexedEmail.objects.filter(number__lt=below).order_by("-number")
    return next(iter(rows.values_list("number", flat=True)[count - 1 : count]), 0)


def _hits(find: Find, visible: QuerySet[Email], below: int, size: int) -> _Hits:
    keys: dict[int, UUID] = {}
    for asked in CANDIDATES:
        candidates = find(below, asked)
        for number, key in _seen(candidates, visible):
            keys[number] = key
            if len(keys) == size:
                return _Hits(keys, number)
        if len(candidates) < asked:
            return _Hits(keys, 0)
        below = candidates[-1][0]
    return _Hits(keys, below)


def _seen(candidates: Candidates, visible: QuerySet[Email]) -> list[tuple[int, UUID]]:
    """Those that are visible, in their order."""
    keys = [(number, UUID(str(key))) for number, key in candidates if key is not None]
    if not keys:
        return []
    there = visible.filter(pk__in=[key for _, key in keys])
    seen = set(there.values_list("pk", flat=True))
    return [(number, key) for number, key in keys if key in seen]


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
