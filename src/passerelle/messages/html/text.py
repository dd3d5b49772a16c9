"""HTML to readable plain text, streaming and bounded. It shows nothing that was hidden.

Blocks become lines, lists get marks, a table gives a line a row, a quotation `> `, a link its
address behind it. Scripts, styles and hidden elements are left out. It is for reading and for
comparing texts; it sanitises nothing.
"""

import re

from passerelle.messages.clean import clean
from passerelle.messages.html.tokens import Closing, Opening, Text, tokens

HTML_CHARS = 2_000_000
TEXT_CHARS = 2_000_000
DEPTH = 100  # open elements that are remembered
URL_CHARS = 1_000
_NESTED_MARKS = 20  # quotations or lists inside each other that are shown

_DROPPED = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "textarea"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "dl"})
_BLOCKS = _PARAGRAPHS | frozenset(
    {"div", "tr", "li", "blockquote", "section", "article", "header", "footer", "address", "form"}
    | {"dt", "dd", "center", "fieldset", "caption", "body", "html", "main", "aside", "nav", "hr"}
)
_IMPLIED = frozenset({"p", "li", "tr", "td", "th", "dt", "dd"})  # one ends where the next begins
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|(?:font-size|max-height):0(?:px|pt|em|%)?(?:;|!|$)"
)
_HIDDEN_ATTRIBUTE = re.compile(r"\shidden(?:[\s=/]|$)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_RUN = re.compile(r" {2,}")
_SPACE = re.compile(r"[ \t\n\r\f\xa0\u200b-\u200d\u2060\ufeff\xad\u034f]+")


def html_to_text(html: str) -> str:
    """The text of a page; never raises, and never longer than its bound."""
    writer = _Writer()
    for token in tokens(html[:HTML_CHARS]):
        match token:
            case Text(text):
                writer.text(text)
            case Opening():
                writer.open(token)
            case Closing(name):
                writer.close(name)
        if writer.full:
            break
    return clean(writer.result())[:TEXT_CHARS]


class _Writer:
    """Writes lines as elements open and close."""

    def __init__(self) -> None:
        self.full = False
        self._lines: list[str] = []
        self._line: list[str] = []
        self._size = 0
        self._open: list[str] = []
        self._hidden_from: int | None = None  # place in `_open` of the element that hides
        self._lists: list[int] = []  # the number of the last item; -1 for a list without numbers
        self._link = ""
        self._link_text: list[str] = []

    def text(self, text: str) -> None:
        """Characters; spaces run together outside of `pre`."""
        if self._hidden_from is not None:
            return
        if "pre" in self._open:
            for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
                if number:
                    self._end_line()
                self._line.append(line)
        else:
            self._line.append(_SPACE.sub(" ", text))
        self._count(text)
        if self._link:
            self._link_text.append(text[:URL_CHARS])

    def open(self, tag: Opening) -> None:
        """An element begins."""
        name = tag.name
        if name in _IMPLIED and self._open and self._open[-1] == name:
            self.close(name)
        visible = self._hidden_from is None and not _hides(tag)
        if visible and (name in _BLOCKS or name == "br"):
            self._break(name)  # what stood before it is not yet inside
        if name not in _VOID and len(self._open) < DEPTH:
            self._open.append(name)
            if not visible and self._hidden_from is None:
                self._hidden_from = len(self._open) - 1
        if visible:
            self._begin(tag)

    def close(self, name: str) -> None:
        """An element ends, and with it those inside that were left open."""
        if name in _VOID or name not in self._open:
            return
        visible = self._hidden_from is None
        if visible and name == "a":
            self._end_link()
        if visible and name in _BLOCKS:
            self._break(name)
        if visible and name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        place = len(self._open) - 1 - self._open[::-1].index(name)
        del self._open[place:]
        if self._hidden_from is not None and self._hidden_from >= place:
            self._hidden_from = None

    def result(self) -> str:
        """The lines, without two blank ones in a row."""
        self._end_line()
        kept: list[str] = []
        for line in self._lines:
            if line.strip("> ") or (kept and kept[-1].strip("> ")):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def _begin(self, tag: Opening) -> None:
        match tag.name:
            case "a":
                self._link, self._link_text = tag.attribute("href").strip()[:URL_CHARS], []
            case "ul":
                self._lists.append(-1)
            case "ol":
                self._lists.append(0)
            case "li":
                self._line.append(self._item_mark())
            case "td" | "th" if any(piece.strip() for piece in self._line):
                self._line.append(" | ")
            case "img":
                self.text(tag.attribute("alt")[:URL_CHARS])
            case "hr":
                self._line.append("-" * 20)
                self._end_line()
            case _:
                pass

    def _item_mark(self) -> str:
        indent = "  " * (min(len(self._lists), _NESTED_MARKS) - 1)
        if not self._lists or self._lists[-1] < 0:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def _end_link(self) -> None:
        link, self._link = self._link, ""
        text = "".join(self._link_text).strip()
        target = link.removeprefix("mailto:")
        shown = link.startswith(("http://", "https://", "ftp://")) or target != link
        if shown and text and target.rstrip("/") not in {text, text.rstrip("/")}:
            self._line.append(f" <{target}>")
            self._count(target)

    def _break(self, name: str) -> None:
        self._end_line()
        if name in _PARAGRAPHS and not self._lists and self._lines and self._lines[-1]:
            self._lines.append("")

    def _end_line(self) -> None:
        joined, keep_spaces = "".join(self._line), "pre" in self._open
        self._line.clear()
        if keep_spaces:
            line = joined.rstrip()
        else:
            indent = joined[: len(joined) - len(joined.lstrip())] if self._lists else ""
            line = indent + _RUN.sub(" ", joined).strip(" |")
        if line.strip() or keep_spaces:
            quotes = min(self._open.count("blockquote"), _NESTED_MARKS)
            self._lines.append(f"{'> ' * quotes}{line}".rstrip())
            self._count("> " * quotes)

    def _count(self, text: str) -> None:
        self._size += len(text) + 1
        self.full = self._size > TEXT_CHARS


def _hides(tag: Opening) -> bool:
    if tag.name in _DROPPED:
        return True
    source = tag.source.lower()
    if "style" in source and _HIDDEN.search("".join(tag.attribute("style").lower().split())):
        return True
    return "hidden" in source and _HIDDEN_ATTRIBUTE.search(_QUOTED.sub("", source)) is not None
