"""What is found by words, as far as somebody may see it, the newest first.

Of who sees few emails, these are looked through. Else the index is asked, which knows nothing of
rights, for some thousand emails at a time, and those that are visible are shown: a question that
nearly everything answers costs no more than one page.
Who sees the headers of all email finds other people's by these alone: that a word is found would
tell that it stands in the text. What is only shared with somebody is not searched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from passerelle.crm.models import Email, PrincipalObjectAccess, SignInAccount
from passerelle.crm.readers import is_read_by, principals_of
from passerelle.crm.search.databases import find, find_among
from passerelle.crm.search.indexing import heads_of
from passerelle.crm.search.words import words_of
from passerelle.crm.services.visibility import own_among

CANDIDATES = (200, 2_000, 2_000, 2_000)  # asked of the index in turn; then the page ends
HIGHEST = 2**62
FEW = 5_000  # emails of somebody that are looked through

# Numbers and keys of emails with these beginnings, below a number, so many.
Find = Callable[[Sequence[str], int, int], list[tuple[int, object]]]
# Of the wanted emails those among these that may be found by these words.
Told = Callable[[QuerySet[Email], Sequence[str], Sequence[UUID]], set[UUID]]


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the emails, and below which number the next page goes on (0: there is none)."""

    emails: Sequence[Email]
    below: int


def search(
    account: SignInAccount, wanted: QuerySet[Email], sought: Sequence[str], below: int, size: int
) -> Found:
    """A page of the wanted emails that this account sees and that have all these beginnings.

    A page may be short, or empty, and have a next one all the same: so much of what was found
    was not visible.
    """
    if account.sees_all_email:
        return _page(find, wanted, sought, below, size, told=partial(_by_their_heads, account))
    if account.systemuser is None:
        return Found([], 0)
    principals = principals_of(account.systemuser)
    theirs = PrincipalObjectAccess.objects.filter(principal__in=principals)
    if theirs[: FEW + 1].count() <= FEW:
        return _page(partial(find_among, principals), wanted, sought, below, size)
    visible = wanted.filter(is_read_by(account.systemuser))
    return _page(find, visible, sought, below, size)


def _wanted(wanted: QuerySet[Email], _: Sequence[str], keys: Sequence[UUID]) -> set[UUID]:
    return set(wanted.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _by_their_heads(
    account: SignInAccount, wanted: QuerySet[Email], sought: Sequence[str], keys: Sequence[UUID]
) -> set[UUID]:
    """One's own, and others' that have these beginnings of words in what is seen of them."""
    there = _wanted(wanted, sought, keys)
    own = own_among(account, there)
    heads = heads_of(sorted(there - own))
    return own | {key for key, texts in heads.items() if _have(words_of(texts), sought)}


def _have(words: Sequence[str], sought: Sequence[str]) -> bool:
    line = f" {' '.join(words)}"
    return all(f" {word}" in line for word in sought)


def _page(
    find: Find,
    visible: QuerySet[Email],
    sought: Sequence[str],
    below: int,
    size: int,
    *,
    told: Told = _wanted,
) -> Found:
    keys: list[UUID] = []
    below = below or HIGHEST
    for asked in CANDIDATES:
        candidates = [(number, UUID(str(key))) for number, key in find(sought, below, asked)]
        seen = told(visible, sought, [key for _, key in candidates])
        for number, key in candidates:
            below = number
            if key in seen:
                keys.append(key)
            if len(keys) == size:
                return Found(_loaded(visible, keys), below)
        if len(candidates) < asked:
            return Found(_loaded(visible, keys), 0)
    return Found(_loaded(visible, keys), below)


def _loaded(visible: QuerySet[Email], keys: Sequence[UUID]) -> list[Email]:
    """Those emails in this order."""
    found = {email.pk: email for email in visible.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
