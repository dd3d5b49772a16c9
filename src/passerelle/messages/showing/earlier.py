"""Which lines of a message are the earlier messages that an answer drags along.

Pure, and the same for text and for HTML, whose lines `earlier_html` reads. A mistake may only
leave something shown: what its writer wrote first is never hidden, nor an answer that stands
between or below the lines it answers, nor what is forwarded. Time is linear in the lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from passerelle.messages.showing.earlier_words import (
    BLOCK_LINES,
    INTRODUCTION_LINES,
    introduces,
    introduces_surely,
    introduction,
    is_header_block,
    is_rule,
    plain,
    says_forwarded,
    says_original,
)

LINES = 20_000  # more are shown as they are
CHARS = 500_000
ALONE = 3  # lines behind `>` that are folded although nothing introduces them
_SIGNATURE_LINES = 10
_SIGNATURE = "--"  # RFC 3676, 4.3, its space stripped


class Mark(Enum):
    """What a mail program says in its HTML of the line that begins."""

    QUOTATION = "quotation"  # an introduction, then a quotation
    ALL_BELOW = "all-below"  # nothing but earlier messages follows


@dataclass(frozen=True, slots=True)
class Line:
    """One line as `plain` has it, "" when it is blank."""

    text: str
    quoted: bool = False
    mark: Mark | None = None

    @property
    def own(self) -> bool:
        """Whether it may be the writer's."""
        return bool(self.text) and not self.quoted and not is_rule(self.text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in three: what is shown, the earlier messages, and what stands below them."""

    above: str
    earlier: str = ""
    below: str = ""


def fold_text(text: str) -> Folded:
    """A text with its earlier messages apart; all of it is `above` where there are none."""
    if len(text) > CHARS or text.count("\n") >= LINES:
        return Folded(text)
    written = text.split("\n")
    found = earlier_lines([_line_of(line) for line in written], alone=ALONE)
    if found is None:
        return Folded(text)
    start, end = found
    parts = (written[:start], written[start:end], written[end:])
    return Folded(*("\n".join(part).strip("\n") for part in parts))


def earlier_lines(lines: Sequence[Line], *, alone: int = LINES) -> tuple[int, int] | None:
    """Where the earlier messages begin and end; None where nothing is to be folded.

    `alone`: how many quoted lines make a quotation that neither a mark nor a line introduces.
    """
    signature = _signature(lines)
    last_own = _last(lines, signature)
    quotation = _quotation(lines, last_own, signature, alone)
    below = _all_below(lines)
    if below is None:
        return None
    start = min(below, quotation)
    end = signature if start == quotation else len(lines)
    while start and (not lines[start - 1].text or is_rule(lines[start - 1].text)):
        start -= 1
    if start >= end or not any(line.own for line in lines[:start]):
        return None
    return start, end


def _line_of(written: str) -> Line:
    text = plain(written)
    return Line(plain(text.lstrip("> ")), quoted=True) if text.startswith(">") else Line(text)


def _signature(lines: Sequence[Line]) -> int:
    """Where a signature below a quotation begins; behind the last line where none does."""
    for at in range(len(lines) - 1, max(len(lines) - _SIGNATURE_LINES, 0) - 1, -1):
        if lines[at].quoted:
            break
        if lines[at].text == _SIGNATURE:
            return at
    return len(lines)


def _last(lines: Sequence[Line], end: int) -> int:
    """The last line that may be the writer's; -1 without one."""
    return next((at for at in range(end - 1, -1, -1) if lines[at].own), -1)


def _quotation(lines: Sequence[Line], last_own: int, end: int, alone: int) -> int:
    """Where the quotation that ends the message begins, with its introduction.

    It is what follows the last line of the writer; behind the last line where nothing does.
    """
    quoted = [at for at in range(last_own + 1, end) if lines[at].text]
    if not quoted:
        return len(lines)
    before = lines[max(last_own - INTRODUCTION_LINES + 1, 0) : last_own + 1]
    if count := _marked(before) or introduction(_own_texts(before)):
        return last_own - count + 1
    first = lines[quoted[0]]
    sure = first.mark is not None or introduces(first.text) or quoted[-1] - quoted[0] + 1 >= alone
    return quoted[0] if sure else len(lines)


def _marked(before: Sequence[Line]) -> int:
    """How many of the last lines a mail program marked as the introduction; 0 for none."""
    for count, line in enumerate(reversed(before), 1):
        if not line.own or (count > 1 and not before[-1].text.endswith(":")):
            break
        if line.mark is Mark.QUOTATION:
            return count
    return 0


def _all_below(lines: Sequence[Line]) -> int | None:
    """The first line below which all is earlier; None when a forward begins before it."""
    for at, line in enumerate(lines):
        if line.mark is Mark.ALL_BELOW:
            return at
        if not line.own:
            continue
        if says_forwarded(line.text):
            return None
        if (start := _begins(lines, at)) is not None:
            return start
    return len(lines)


def _begins(lines: Sequence[Line], at: int) -> int | None:
    """Where earlier messages begin by this line, if their own lines have no marks.

    Where they have, answers may stand between them.
    """
    text = lines[at].text
    found: int | None = None
    if says_original(text) or (
        ":" in text and is_header_block(_own_texts(lines[at : at + BLOCK_LINES]))
    ):
        found = at
    elif text.endswith(":"):
        found = _sure_introduction(lines, at)
    return None if found is None or _next_is_quoted(lines, at) else found


def _own_texts(lines: Sequence[Line]) -> list[str]:
    return [line.text if line.own else "" for line in lines]


def _sure_introduction(lines: Sequence[Line], at: int) -> int | None:
    first = max(at - INTRODUCTION_LINES + 1, 0)
    texts = _own_texts(lines[first : at + 1])
    count = introduction(texts)
    joined = " ".join(texts[len(texts) - count :])
    return at - count + 1 if count and introduces_surely(joined) else None


def _next_is_quoted(lines: Sequence[Line], at: int) -> bool:
    return next((line.quoted for line in lines[at + 1 : at + BLOCK_LINES] if line.text), False)
