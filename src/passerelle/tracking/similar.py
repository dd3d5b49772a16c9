"""Smart matching: which stored email a message is like, where its header names none that is here.

The words of both subjects are the same, whatever their order, case, accents, marks and tokens, and
so are two people at least, besides the mailbox that is read. Words and addresses are kept and
compared as hashes. Of the parameters of the original these are the defaults (`HashFilterKeywords`,
`HashMaxCount` 20, `HashDeltaSubjectCount` 0, `HashMinAddressCount` 2); what asks nothing, and that
the reader's own address does not count, is ours. Nothing is looked up here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from passerelle.messages import Automatic, key_of
from passerelle.tracking.hashes import HASH_OCTETS, hash_number, short_hash
from passerelle.tracking.subject import bare_subject, is_forward
from passerelle.tracking.token import TokenFormat
from passerelle.tracking.values import (
    Answers,
    Incoming,
    Likely,
    ReadingMailbox,
    StoredEmail,
    TrackingSettings,
)

WORDS_LEAST = 2
HASHES_MOST = 20  # of words, and of people
PEOPLE_LEAST = 2
LIKELY_MOST = 20  # emails that one message is compared with, the newest
REACHES_BACK = timedelta(days=90)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # no email is older, whatever a Date says


class Sought(NamedTuple):
    """The emails that a message asks for: under these words, written before it."""

    subject: int
    before: datetime


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an email is kept to be compared."""

    subject: int
    people: frozenset[bytes]


def traits_of(
    subject: str, addresses: Iterable[str], forms: Iterable[TokenFormat]
) -> Traits | None:
    """What of an email others are compared with; None where nothing can be like it."""
    words = subject_digest(subject, forms)
    people = people_hashes(addresses)
    return Traits(words, people) if words is not None and len(people) >= PEOPLE_LEAST else None


def subject_digest(subject: str, forms: Iterable[TokenFormat]) -> int | None:
    """One number for the words of a subject; None where they are too few to say anything."""
    words = list(dict.fromkeys(bare_subject(subject, tuple(forms)).split()))[:HASHES_MOST]
    if len(words) < WORDS_LEAST:
        return None
    return hash_number(b"".join(sorted(map(_hash, words))))


def people_hashes(addresses: Iterable[str]) -> frozenset[bytes]:
    """The people of an email. Of a crowd the same few are kept each time, as their hashes say."""
    return frozenset(sorted({_hash(key_of(one)) for one in addresses if one})[:HASHES_MOST])


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
    digest = subject_digest(incoming.subject, settings.token_formats)
    return Sought(digest, incoming.date) if digest is not None else None


def likely(incoming: Incoming, answers: Answers, settings: TrackingSettings) -> tuple[Likely, ...]:
    """The emails under the same words, written before it and not long before; the newest first."""
    sought = sought_by(incoming, answers, settings)
    if sought is None:
        return ()
    since = sought.before - REACHES_BACK
    known = answers.similar.get(sought.subject, ())
    found = (one for one in known if since <= one.written_on < sought.before)
    newest = sorted(found, key=lambda one: one.written_on, reverse=True)
    return tuple(newest[:LIKELY_MOST])


def similar_email(
    incoming: Incoming, answers: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> StoredEmail | None:
    """The newest of them in which enough of its people took part."""
    found = likely(incoming, answers, settings)
    if not found:
        return None
    people = people_hashes(one.key for one in incoming.addresses) - people_hashes([box.address])
    return next((one.email for one in found if len(people & one.people) >= PEOPLE_LEAST), None)
