"""HTML to a stream of tags and texts, in time linear in its length whatever it holds.

The standard library's parser takes quadratic time for unclosed tags and comments in the Python
versions that Debian 12 and Ubuntu 24.04 have, and mail is hostile; this reads what mail uses of
the tokenisation of HTML (WHATWG, 13.2.5): tags, comments, raw text. Entities are decoded.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

TAG_CHARS = 20_000  # a longer tag is cut off and its attributes ignored

_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_ATTRIBUTE = re.compile(r"([a-zA-Z:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_RAW = {
    name: re.compile(rf"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "noscript", "template")
}


@dataclass(frozen=True, slots=True)
class Text:
    """Characters between tags."""

    text: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The start of an element; its attributes are read when they are asked for."""

    name: str
    source: str

    def attribute(self, name: str) -> str:
        """The value of an attribute, "" when it has none."""
        for match in _ATTRIBUTE.finditer(self.source):
            if match[1].lower() == name:
                return html.unescape(match[2] or match[3] or match[4] or "")
        return ""


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of an element."""

    name: str


Token = Text | Opening | Closing


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a page; the content of scripts, styles and their like is left out."""
    position = 0
    while (less := source.find("<", position)) >= 0:
        if less > position:
            yield Text(html.unescape(source[position:less]))
        name = _NAME.match(source, less + 1)
        if name is None:
            position = _not_a_tag(source, less)
            if position == less + 1:
                yield Text("<")
            continue
        position = _tag_end(source, less)
        if source[less + 1] == "/":
            yield Closing(name[1].lower())
            continue
        yield Opening(name[1].lower(), source[name.end() : min(position - 1, less + TAG_CHARS)])
        if (raw := _RAW.get(name[1].lower())) is not None:
            end = raw.search(source, position)
            position = end.start() if end else len(source)
    if position < len(source):
        yield Text(html.unescape(source[position:]))


def _tag_end(source: str, less: int) -> int:
    """Behind the `>` of a tag; one inside a quoted value does not count, if the quote closes."""
    end = source.find(">", less)
    if end < 0:
        return len(source)
    for quote in "\"'":
        if source.count(quote, less, min(end, less + TAG_CHARS)) % 2:
            closed = source.find(quote, end, end + TAG_CHARS)
            further = source.find(">", closed, closed + TAG_CHARS) if closed >= 0 else -1
            return further + 1 if further >= 0 else end + 1
    return end + 1


def _not_a_tag(source: str, less: int) -> int:
    """Behind a comment or a declaration; or one further for a `<` that is only a character."""
    if source.startswith("<!--", less):
        end = source.find("-->", less + 4)
        return end + 3 if end >= 0 else len(source)
    if source.startswith(("<!", "<?", "</"), less):
        end = source.find(">", less)
        return end + 1 if end >= 0 else len(source)
    return less + 1
