"""Thread-Index: what Outlook and Exchange hold for one conversation, and what answers what.

22 octets name the conversation, and each answer adds 5 to what it answers (MS-OXOMSG 2.2.1.3). Of
the times and differences in them two layouts are about: what arrives is only compared by its
octets, and what leaves is written as the specification says.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from passerelle.messages import THREAD_INDEX_MOST
from passerelle.tracking.hashes import hash_number
from passerelle.tracking.values import StoredEmail

HEADER_OCTETS = 22

# A FILETIME counts tenths of a microsecond from here; a header holds its 48 highest bits, of which
# the first eight are the 1 that the specification reserves, until 2057.
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_TICKS = 10  # of a FILETIME in one of ours
_TIME_OCTETS, _TIME_SHIFT = 6, 16
# An answer holds 31 bits of the time since the header, which of them by the bit before.
_DELTA_OCTETS, _DELTA_BITS = 5, 31
_NEAR_SHIFT, _FAR_SHIFT = 18, 23
_NEAR = 1 << _NEAR_SHIFT + _DELTA_BITS  # 1.8 years


def conversation_hash(index: bytes) -> int | None:
    """The conversation, as a key to look up by; None for what is no Thread-Index."""
    if len(index) < HEADER_OCTETS:
        return None
    return hash_number(index[:HEADER_OCTETS])


def begun_index(when: datetime, key: UUID) -> bytes:
    """The index of an email that begins a conversation; `key` is as good as random."""
    return (_filetime(when) >> _TIME_SHIFT).to_bytes(_TIME_OCTETS, "big") + key.bytes


def continued_index(index: bytes, when: datetime, key: UUID) -> bytes:
    """The index of an answer to the email with `index`; b"" where it would be too long to read."""
    if len(index) + _DELTA_OCTETS > THREAD_INDEX_MOST:
        return b""
    begun = int.from_bytes(index[:_TIME_OCTETS], "big") << _TIME_SHIFT
    since = max(0, _filetime(when) - begun)  # a header of the other layout may lie in the future
    is_far = since >= _NEAR
    bits = since >> (_FAR_SHIFT if is_far else _NEAR_SHIFT) & (1 << _DELTA_BITS) - 1
    delta = (is_far << _DELTA_BITS | bits).to_bytes(_DELTA_OCTETS - 1, "big")
    return index + delta + key.bytes[-1:]  # what tells answers of one moment apart


def _filetime(when: datetime) -> int:
    return (when - _EPOCH) // _TICK * _TICKS


def answered_email(index: bytes, stored: Iterable[StoredEmail]) -> StoredEmail | None:
    """The email whose index this one goes on from, the nearest; of equal ones the first."""
    above = (
        email
        for email in stored
        if HEADER_OCTETS <= len(email.thread_index) < len(index)
        and index.startswith(email.thread_index)
    )
    return max(above, key=lambda email: len(email.thread_index), default=None)
