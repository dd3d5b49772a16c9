"""The HTML of a message with the pictures that it shows from its own parts.

The pictures become `data:` addresses, so that the frame that shows them asks for nothing: no
cookie, no right to be checked a second time, no picture of another message.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from passerelle.messages.charsets import decode
from passerelle.messages.clean import clean
from passerelle.messages.image_headers import image_of
from passerelle.messages.kinds import is_tnef
from passerelle.messages.parts import Leaf, is_body, leaves, open_message
from passerelle.messages.showing.sanitising import PICTURE_TYPES, SHOWN_CHARS, Shown, sanitise
from passerelle.messages.tnef import read_tnef
from passerelle.messages.writing.images import named_images

PICTURE_BYTES = 3_000_000
PICTURES_BYTES = 12_000_000
_HEADER_CHARS = 200_000  # of base64, in which a picture says its size; a multiple of four

Octets = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Letter:
    """HTML as it was written, never to be shown as it is, and its pictures by Content-ID."""

    source: str
    pictures: dict[str, str]  # `data:` addresses

    @property
    def is_cut(self) -> bool:
        """Whether the message has more than is shown."""
        return len(self.source) >= SHOWN_CHARS

    @property
    def pictures_height(self) -> int:
        """How high its pictures are together, in pixels."""
        begins = (
            base64.b64decode(address.partition(",")[2][:_HEADER_CHARS])
            for address in self.pictures.values()
        )
        return sum(image.height for octets in begins if (image := image_of(octets)) is not None)

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
    if not source.strip():
        return _packed_letter(found, raw)
    return Letter(source, _pictures(_encoded(found, raw), source))


def written_letter(source: str, images: Iterable[tuple[str, str, int, Octets]]) -> Letter:
    """The HTML of an email that is written here, with what it shows.

    An image is its Content-ID, its type, its size and how to get it.
    """
    return Letter(source, _pictures((_Picture(*one) for one in images), source))


def _packed_letter(found: list[Leaf], raw: bytes) -> Letter | None:
    """The HTML of a `winmail.dat`, with the pictures in it."""
    packed = next((leaf for leaf in found if is_tnef(leaf.mimetype, leaf.filename)), None)
    tnef = read_tnef(packed.content(raw)) if packed is not None else None
    if tnef is None or not tnef.html.strip():
        return None
    source = tnef.html[:SHOWN_CHARS]
    pictures = (
        _Picture(one.content_id, one.mimetype, len(one.data), one.data.tobytes)
        for one in tnef.files
    )
    return Letter(source, _pictures(pictures, source))


def _text(leaf: Leaf, raw: bytes) -> str:
    return clean(decode(leaf.content(raw)[:SHOWN_CHARS], leaf.charset))


class _Picture(NamedTuple):
    """What may be a picture, decoded only when it is one."""

    content_id: str
    mimetype: str
    least: int  # octets that it has at least
    content: Octets


def _encoded(found: Iterable[Leaf], raw: bytes) -> Iterator[_Picture]:
    for leaf in found:
        least = (leaf.end - leaf.start) // 2  # encoded it is longer by a third
        yield _Picture(leaf.content_id, leaf.mimetype, least, partial(leaf.content, raw))


def _pictures(found: Iterable[_Picture], source: str) -> dict[str, str]:
    """The parts that the source names, as far as they are pictures and not too large."""
    named = named_images(source)
    pictures: dict[str, str] = {}
    room = PICTURES_BYTES
    for one in found:
        if one.content_id not in named or one.mimetype not in PICTURE_TYPES:
            continue
        if one.least > PICTURE_BYTES:
            continue
        octets = one.content()
        if len(octets) > min(PICTURE_BYTES, room) or one.content_id in pictures:
            continue
        room -= len(octets)
        encoded = base64.b64encode(octets).decode("ascii")
        pictures[one.content_id] = f"data:{one.mimetype};base64,{encoded}"
    return pictures
