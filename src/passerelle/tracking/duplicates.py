"""Whether a message is stored already: by its identity, and by its text.

The same identity with the same text is a duplicate, or completes the first when it brings parts
that the first lacked. With another text it is a further version: a forged or reused Message-ID
must not swallow real mail. Sent copies do not count: mail between users is stored twice.
"""

from dataclasses import dataclass

from passerelle.messages import same_text
from passerelle.tracking.values import Direction, Incoming, Known


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored of a message: the version with its text, if any, and the highest number."""

    same: Known | None
    highest: int  # 0 when nothing is stored
    missing: frozenset[str] = frozenset()  # parts that the stored version lacks


def standing(incoming: Incoming, known: tuple[Known, ...]) -> Standing:
    """Compare one message with the stored versions of its identity."""
    versions = [one for one in known if one.direction is Direction.INCOMING]
    highest = max((one.version for one in versions), default=0)
    for version in versions:
        if version.text_digest == incoming.text_digest or same_text(version.text, incoming.text):
            return Standing(version, highest, incoming.parts - version.parts)
    return Standing(None, highest)
