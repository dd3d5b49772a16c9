"""Thread-Index: what Outlook and Exchange hold for one conversation, and what answers what.

22 octets name the conversation, and each answer adds 5 to what it answers (MS-OXOMSG 2.2.1.3). Of
the times and differences in them two layouts are about, so octets are only compared.
"""

from collections.abc import Iterable
from hashlib import sha256

from passerelle.tracking.values import StoredEmail

HEADER_OCTETS = 22
_HASH_OCTETS = 8  # what a bigint holds


def conversation_hash(index: bytes) -> int | None:
    """The conversation, as a key to look up by; None for what is no Thread-Index."""
    if len(index) < HEADER_OCTETS:
        return None
    digest = sha256(index[:HEADER_OCTETS]).digest()
    return int.from_bytes(digest[:_HASH_OCTETS], "big", signed=True)


def answered_email(index: bytes, stored: Iterable[StoredEmail]) -> StoredEmail | None:
    """The email whose index this one goes on from, the nearest; of equal ones the first."""
    above = (
        email
        for email in stored
        if HEADER_OCTETS <= len(email.thread_index) < len(index)
        and index.startswith(email.thread_index)
    )
    return max(above, key=lambda email: len(email.thread_index), default=None)
