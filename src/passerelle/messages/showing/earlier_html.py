"""The earlier messages of an HTML letter, folded into a `details` that opens without a script.

It reads what `flattening` wrote: balanced, attributes in quotes, no `<` or `>` in a text or a
value; what comes out is balanced as well. It comes before sanitising, which takes away the classes
and names by which mail programs mark what they quote.
"""

import html
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from passerelle.messages.showing.earlier import LINES, Line, Mark, earlier_lines
from passerelle.messages.showing.earlier_words import LINE_CHARS, plain

_TOKEN = re.compile(r"<(/?)([a-z0-9:-]{1,31})([^>]*)>|[^<]+")
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_BREAKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div",
    "dl", "dt", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
})  # fmt: skip
_PICTURE = "\ufffc"  # stands in a line for a picture: a message may be nothing else
_NAMES = re.compile(r' (?:id|class)="([^"]*)"')
_COUNTER = re.compile(r' (?:width|height)="[01](?:px)?"')  # a picture that nobody sees
_HIDDEN = re.compile(r' style="[^"]*display\s*:\s*none', re.IGNORECASE)
_MARKS = (
    # Outlook on the web and its apps; Yahoo; Zimbra. They mark forwards by the same names.
    (
        re.compile(
            r"(?:^|\s|x_)(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|"
            r"OutlookMessageHeader|yahoo_quoted\w*|zwchr)(?:$|\s)"
        ),
        Mark.ALL_BELOW,
    ),
    # Gmail, Thunderbird, Proton, Roundcube: what introduces, and a blockquote.
    (
        re.compile(
            r"(?:^|\s|x_)(?:gmail_quote|gmail_attr|moz-cite-prefix|protonmail_quote|reply-intro)"
            r"(?:$|\s)"
        ),
        Mark.QUOTATION,
    ),
)


def fold_html(source: str, title: str) -> str:
    """The letter with its earlier messages in a `details` called `title`; as it is without any.

    Elements that are open where it begins or ends are closed and opened again, so that a letter
    in a table stays one on both sides.
    """
    lines = _read(source)
    found = earlier_lines([line for line, _ in lines]) if len(lines) <= LINES else None
    if found is None:
        return source
    start, end = lines[found[0]][1], len(source)
    if found[1] < len(lines):
        end = lines[found[1]][1]
    opening = _across(source, start, f"<details><summary>{html.escape(title)}</summary>")
    closing = _across(source, end, "</details>")
    return f"{source[:start]}{opening}{source[start:end]}{closing}{source[end:]}"


def _across(source: str, at: int, tag: str) -> str:
    """A tag that stands outside of all that is open at this place."""
    stack: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(source, 0, at):
        if match[2] and match[2] not in _VOID:
            if match[1]:
                stack.pop()
            else:
                stack.append((match[2], match[0]))
    closed = "".join(f"</{name}>" for name, _ in reversed(stack))
    return closed + tag + "".join(opening for _, opening in stack)


class _Open(NamedTuple):
    name: str
    quoted: bool = False
    hidden: bool = False
    as_typed: bool = False  # within `pre`


_NOTHING = _Open("")


@dataclass(slots=True)
class _Reader:
    """Lines as a person sees them, and where the first of their tags stands."""

    lines: list[tuple[Line, int]] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    chars: int = 0
    start: int | None = None  # of the line, with the elements that begin with it
    depth: int = 0  # of the stack there
    mark: Mark | None = None
    quoted: bool = False  # where its first word stands

    @property
    def inner(self) -> _Open:
        """The innermost open element."""
        return self.stack[-1] if self.stack else _NOTHING

    def open(self, match: re.Match[str]) -> None:
        """An element begins."""
        name, source = match[2], match[3]
        if name in _BREAKS:
            self.end_line()
        self._begin(match.start())
        self.mark = self.mark or _mark(name, source)
        if name == "img" and not _COUNTER.search(source):
            self.text(_PICTURE, match.start())
        elif name == "hr":
            self.text("-----", match.start())
            self.end_line()
        if name not in _VOID:
            self.stack.append(
                _Open(
                    name,
                    quoted=self.inner.quoted or name == "blockquote",
                    hidden=self.inner.hidden or _hides(source),
                    as_typed=self.inner.as_typed or name == "pre",
                )
            )

    def close(self, name: str) -> None:
        """The last open element ends."""
        if name in _BREAKS:
            self.end_line()
        self.stack.pop()
        if not self.words and len(self.stack) < self.depth:
            self.start, self.mark = None, None

    def text(self, text: str, at: int) -> None:
        """Characters; only within `pre` does their line end make one."""
        if self.inner.as_typed and "\n" in text:
            for line in text.splitlines(keepends=True):
                if len(self.lines) > LINES:
                    return
                self._word(line, at)
                at += len(line)
                if line.endswith("\n"):
                    self.end_line()
        else:
            self._word(text, at)

    def end_line(self) -> None:
        """What was met since the last end is a line, if there is a word in it."""
        if self.words and self.start is not None:
            text = plain(" ".join(html.unescape("".join(self.words)).split()))
            quoted = self.quoted or text.startswith(">")
            line = Line(plain(text.lstrip("> ")) if quoted else text, quoted, self.mark)
            self.lines.append((line, self.start))
            self.words.clear()
            self.chars, self.start, self.mark = 0, None, None

    def _word(self, text: str, at: int) -> None:
        if self.inner.hidden or not (self.words or text.strip()):
            return
        self._begin(at)
        if not self.words:
            self.quoted = self.inner.quoted
        if self.chars < LINE_CHARS:
            self.words.append(text[: LINE_CHARS * 2])
            self.chars += len(text)

    def _begin(self, at: int) -> None:
        if self.start is None:
            self.start, self.depth = at, len(self.stack)


def _read(source: str) -> list[tuple[Line, int]]:
    reader = _Reader()
    for match in _TOKEN.finditer(source):
        if len(reader.lines) > LINES:
            break
        if not match[2]:
            reader.text(match[0], match.start())
        elif match[1]:
            reader.close(match[2])
        else:
            reader.open(match)
    reader.end_line()
    return reader.lines


def _mark(name: str, source: str) -> Mark | None:
    if name == "blockquote" and "cite=" in source.replace('type="cite"', "cite="):
        return Mark.QUOTATION
    if "id=" not in source and "class=" not in source:
        return None
    names = _NAMES.findall(source)
    found = (mark for name in names for pattern, mark in _MARKS if pattern.search(name))
    return next(found, None)


def _hides(source: str) -> bool:
    return "style=" in source and _HIDDEN.search(source) is not None
