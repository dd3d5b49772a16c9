"""Smart matching: which stored email a message is like, where its header names none that is here.

The words of both subjects are the same, whatever their order, case, accents, marks and tokens, or
all but a few of each; and so are some people, besides the mailbox that is read. Words and addresses
are kept and compared as hashes; the parameters are in `matching_rules`. What asks nothing, and that
the reader's own address does not count, is ours. Nothing is looked up here.

A subject that may differ has a digest for each way to leave words out. Two subjects share a digest
just when each has at most so many words that the other lacks, so an index finds them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, combinations
from math import comb
from typing import NamedTuple

from passerelle.messages import Automatic, key_of
from passerelle.tracking.belonging.subject import bare_subject, is_forward
from passerelle.tracking.belonging.token import without_tokens
from passerelle.tracking.hashes import HASH_OCTETS, hash_number, short_hash
from passerelle.tracking.matching_rules import MatchingRules, without_phrases
from passerelle.tracking.values import (
    Answers,
    Incoming,
    Likely,
    ReadingMailbox,
    StoredEmail,
    TrackingSettings,
)

WORDS_LEAST = 2
DIGESTS_MOST = 100  # of one subject: rows for each email, and questions for each message
LIKELY_MOST = 20  # emails that one message is compared with, the newest
REACHES_BACK = timedelta(days=90)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # no email is older, whatever a Date says


class Sought(NamedTuple):
    """The emails that a message asks for: under these words, written before it."""

    subjects: tuple[int, ...]
    before: datetime


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an email is kept to be compared."""

    subjects: tuple[int, ...]  # of all its words first
    people: frozenset[bytes]


def traits_of(subject: str, addresses: Iterable[str], rules: MatchingRules) -> Traits | None:
    """What of an email others are compared with; None where nothing can be like it."""
    digests = subject_digests(subject, rules)
    people = people_hashes(addresses, rules)
    return Traits(digests, people) if digests and len(people) >= rules.people_least else None


@lru_cache(maxsize=500)  # asked for several times on the way of a message
def subject_digests(subject: str, rules: MatchingRules) -> tuple[int, ...]:
    """A number for the words of a subject, then one for each way to leave some of them out.

    None where the words are too few to say anything.
    """
    words = sorted(map(_hash, _words(subject, rules)))
    if len(words) < WORDS_LEAST:
        return ()
    kept_most = range(left_out_most(len(words), rules.words_apart) + 1)
    kept = chain.from_iterable(combinations(words, len(words) - left) for left in kept_most)
    return tuple(hash_number(b"".join(one)) for one in kept)


def left_out_most(words: int, apart: int) -> int:
    """How many of so many words may be left out: less than half, and in `DIGESTS_MOST` ways."""
    ways = 1
    for left in range(1, apart + 1):
        ways += comb(words, left)
        if 2 * left >= words or ways > DIGESTS_MOST:
            return left - 1
    return apart


def _words(subject: str, rules: MatchingRules) -> Sequence[str]:
    """The words that are compared, each once, as they stand in the subject."""
    if rules.ignored:
        for form in rules.forms:
            subject = without_tokens(subject, form)
        subject = without_phrases(subject, rules.ignored)
    return list(dict.fromkeys(bare_subject(subject, rules.forms).split()))[: rules.hashes_most]


def people_hashes(addresses: Iterable[str], rules: MatchingRules) -> frozenset[bytes]:
    """The people of an email. Of a crowd the same few are kept each time, as their hashes say."""
    hashes = {_hash(key_of(one)) for one in addresses if one}
    return frozenset(sorted(hashes)[: rules.hashes_most])


def people_as_octets(people: Iterable[bytes]) -> bytes:
    """As a column keeps them."""
    return b"".join(sorted(people))


def people_of_octets(octets: bytes) -> frozenset[bytes]:
    """As they were kept."""
    starts = range(0, len(octets), HASH_OCTETS)
    return frozenset(octets[start : start + HASH_OCTETS] for start in starts)


def _hash(text: str) -> bytes:
    return short_hash(text.encode())


def sought_by(incoming: Incoming, answers: Answers, settings: TrackingSettings) -> Sought | None:
    """What a message asks for, if it may be like another at all.

    Not what a machine wrote, as it writes the same subject to the same people each week; not a
    forward; and not another copy of an email that is stored.
    """
    if (
        not settings.smart_matching
        or incoming.test_id
        or incoming.sender is None
        or incoming.date is None
        or incoming.date < _EARLIEST
        or incoming.automatic is not Automatic.NO
        or is_forward(incoming.subject)
        or answers.emails.get(incoming.message_id)
    ):
        return None
    digests = subject_digests(incoming.subject, settings.matching)
    return Sought(digests, incoming.date) if digests else None


def likely(incoming: Incoming, answers: Answers, settings: TrackingSettings) -> tuple[Likely, ...]:
    """The emails under such words, written before it and not long before; the newest first.

    What is kept of an email may be of other rules than today's: its subject is compared again.
    """
    sought = sought_by(incoming, answers, settings)
    if sought is None:
        return ()
    since = sought.before - REACHES_BACK
    known = chain.from_iterable(answers.similar.get(one, ()) for one in sought.subjects)
    found = {one.email.activityid: one for one in known if since <= one.written_on < sought.before}
    newest = sorted(found.values(), key=lambda one: one.written_on, reverse=True)
    digests = frozenset(sought.subjects)
    return tuple(
        one
        for one in newest[:LIKELY_MOST]
        if not digests.isdisjoint(subject_digests(one.email.subject, settings.matching))
    )


def similar_email(
    incoming: Incoming, answers: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> StoredEmail | None:
    """The newest of them in which enough of its people took part."""
    found = likely(incoming, answers, settings)
    if not found:
        return None
    rules = settings.matching
    everybody = people_hashes((one.key for one in incoming.addresses), rules)
    people = everybody - people_hashes([box.address], rules)
    alike = (one.email for one in found if len(people & one.people) >= rules.people_least)
    return next(alike, None)
