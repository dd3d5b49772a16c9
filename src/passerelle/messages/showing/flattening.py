"""HTML written anew, balanced and no deeper than a bound, so that sanitising it takes linear time.

An HTML parser takes quadratic time, or memory, for elements that nest or are never closed by the
ten thousand, and a letter may hold them. What comes out has the same texts, only elements that
may be shown, each closed, and attributes in quotes. It makes nothing harmless: that comes after.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice

from passerelle.messages.html import Closing, Opening, Text, tokens

DEPTH = 150  # Chromium stops at 512, and no letter that a person wrote comes near
ATTRIBUTES = 40
WRITTEN_CHARS = 1_000_000  # a sign such as & is longer when it is written
TOKENS = 60_000  # tags and texts; a letter of half a megabyte has a third of it
_ATTRIBUTE = re.compile(
    r"([a-zA-Z-]{1,40})\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?",
)
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# What one of these leaves open when it begins: an end that writers leave out.
_ENDS = {
    "p": {"p"},
    "li": {"li", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
    "td": {"td", "th", "p"},
    "th": {"td", "th", "p"},
    "tr": {"tr", "td", "th", "p"},
}


def flatten(source: str, allowed: frozenset[str]) -> str:
    """The letter with these elements only; never fails."""
    pieces: list[str] = []
    room = WRITTEN_CHARS
    for piece in _written(source, allowed):
        room -= len(piece)
        if room < 0:
            break
        pieces.append(piece)
    return "".join(pieces)


def _written(source: str, allowed: frozenset[str]) -> Iterator[str]:
    stack: list[str] = []
    for token in islice(tokens(source), TOKENS):
        match token:
            case Text(text):
                yield html.escape(text, quote=False)
            case Opening(name) if name in allowed:
                while stack and stack[-1] in _ENDS.get(name, ()):
                    yield f"</{stack.pop()}>"
                if name in _VOID:
                    yield f"<{name}{_attributes(token.source)}>"
                elif len(stack) < DEPTH:
                    stack.append(name)
                    yield f"<{name}{_attributes(token.source)}>"
            case Closing(name) if name in stack:
                while (last := stack.pop()) != name:
                    yield f"</{last}>"
                yield f"</{name}>"
    while stack:
        yield f"</{stack.pop()}>"


def _attributes(source: str) -> str:
    """The attributes of a tag, each once and in quotes."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        if len(found) == ATTRIBUTES:
            break
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value))
    return "".join(f' {name}="{html.escape(value)}"' for name, value in found.items())
