"""The HTML of a message with the pictures that it shows from its own parts.

The pictures become `data:` addresses, so that the frame that shows them asks for nothing: no
cookie, no right to be checked a second time, no picture of another message.
"""

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote

from passerelle.messages.charsets import decode
from passerelle.messages.clean import clean
from passerelle.messages.parts import Leaf, is_body, leaves, open_message
from passerelle.messages.showing.sanitising import PICTURE_TYPES, SHOWN_CHARS, Shown, sanitise

PICTURE_BYTES = 3_000_000
PICTURES_BYTES = 12_000_000
_NAMED = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """HTML as it was written, never to be shown as it is, and its pictures by Content-ID."""

    source: str
    pictures: dict[str, str]  # `data:` addresses

    def shown(self, *, remote: bool, earlier: str = "") -> Shown:
        """What of it may be shown; with `remote`, pictures from elsewhere stay.

        With words for `earlier`, the messages that an answer drags along are folded under them.
        """
        return sanitise(self.source, self.pictures, remote=remote, earlier=earlier)


def letter_of(raw: bytes) -> Letter | None:
    """The HTML of a message; None when it has none. Never fails."""
    found = list(leaves(raw, open_message(raw)))
    bodies = [leaf for leaf in found if is_body(leaf) and leaf.mimetype == "text/html"]
    source = "\n".join(_text(leaf, raw) for leaf in bodies)[:SHOWN_CHARS]
    return Letter(source, _pictures(found, raw, source)) if source.strip() else None


def _text(leaf: Leaf, raw: bytes) -> str:
    return clean(decode(leaf.content(raw)[:SHOWN_CHARS], leaf.charset))


def _pictures(found: list[Leaf], raw: bytes, source: str) -> dict[str, str]:
    """The parts that the source names, as far as they are pictures and not too large."""
    named = {unquote(name) for name in _NAMED.findall(source)}
    pictures: dict[str, str] = {}
    room = PICTURES_BYTES
    for leaf in found:
        if leaf.content_id not in named or leaf.mimetype not in PICTURE_TYPES:
            continue
        if leaf.end - leaf.start > PICTURE_BYTES * 2:  # encoded it is longer by a third
            continue
        octets = leaf.content(raw)
        if len(octets) > min(PICTURE_BYTES, room) or leaf.content_id in pictures:
            continue
        room -= len(octets)
        encoded = base64.b64encode(octets).decode("ascii")
        pictures[leaf.content_id] = f"data:{leaf.mimetype};base64,{encoded}"
    return pictures
