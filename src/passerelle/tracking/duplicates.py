"""Whether a message is stored already: by its identity, and by its text.

The same identity with the same text is a duplicate, or completes the first when it brings parts
that the first lacked. With another text it is a further version: a forged or reused Message-ID
must not swallow real mail. Only what has the same direction counts: mail between users is stored
twice.

An email that another system tracked before the migration is known by its list only: its Message-ID,
and its sender and date where the list had them. A copy of it in a mailbox is the same message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from passerelle.messages import same_text
from passerelle.tracking.values import Incoming, Known, StoredEmail

# A list has minutes, not seconds, in a zone that somebody chose: half a day away at the worst, and
# the moment may be that of tracking and not of sending.
SAME_DAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored of a message: the version with its text, if any, and the highest number."""

    same: Known | None
    highest: int  # 0 when nothing is stored
    missing: frozenset[str] = frozenset()  # parts that the stored version lacks


def standing(incoming: Incoming, known: tuple[Known, ...]) -> Standing:
    """Compare one message with the stored versions of its identity."""
    versions = [one for one in known if one.direction is incoming.direction]
    highest = max((one.version for one in versions), default=0)
    for version in versions:
        if version.text_digest == incoming.text_digest or same_text(version.text, incoming.text):
            return Standing(version, highest, incoming.parts - version.parts)
    return Standing(None, highest)


def taken_before(incoming: Incoming, stored: Iterable[StoredEmail]) -> StoredEmail | None:
    """The email of another system's list that this message is; `stored` have its Message-ID."""
    return next((email for email in stored if _is_same(incoming, email)), None)


def _is_same(incoming: Incoming, email: StoredEmail) -> bool:
    history = email.history
    if history is None or email.direction is not incoming.direction or not incoming.message_id:
        return False
    sender = incoming.sender.key if incoming.sender is not None else ""
    if history.sender and history.sender != sender:
        return False
    if history.sent_on is None or incoming.date is None:
        return True
    return abs(history.sent_on - incoming.date) <= SAME_DAY
