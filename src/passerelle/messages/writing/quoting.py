"""What stands below an answer or in a forward: the earlier message, as text and as HTML.

As text each line stands behind `> ` (RFC 3676, 4.5), as HTML in a `blockquote`. What introduces
it comes from the caller, in the writer's language. A forward changes no line of the message.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from passerelle.messages.values import Address
from passerelle.messages.writing.allowed_html import NO_IMAGES, allowed_html

QUOTED_CHARS = 50_000
QUOTED_HTML_CHARS = 500_000

Wording = Callable[[str, datetime | None], str]  # of who wrote, and when
_OPENED = re.compile(r"<(?!/|br\b|hr\b|img\b)")  # of cleaned HTML, whose texts hold no `<`


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is forwarded: the lines of its head in the writer's language, and itself."""

    title: str  # "Forwarded message"
    head: Sequence[tuple[str, str]]  # label and value
    text: str
    html: str = ""
    images: Mapping[str, str] = field(default_factory=dict)  # as `allowed_html` takes them


def quote_reply(text: str, sender: Address | None, date: datetime | None, wording: Wording) -> str:
    """Two empty lines to write in, the introducing line, and each line behind `> `."""
    quoted = (_quoted(line) for line in text[:QUOTED_CHARS].strip("\n").split("\n"))
    return "\n".join(["", "", _introduced(sender, date, wording), *quoted, ""])


def reply_html(
    source: str,
    sender: Address | None,
    date: datetime | None,
    wording: Wording,
    images: Mapping[str, str] = NO_IMAGES,
) -> str:
    """The same as HTML: an empty paragraph, the introducing line, the message in a quotation."""
    line = html.escape(_introduced(sender, date, wording))
    return (
        f"<p><br></p><p>{line}</p>"
        f"<blockquote>{allowed_html(source[:QUOTED_HTML_CHARS], images)}</blockquote>"
    )


def forward_text(quoted: Quoted) -> str:
    """Two empty lines to write in, the head of the message, and the message as it is."""
    head = [f"{label} {value}" for label, value in quoted.head]
    body = quoted.text[:QUOTED_CHARS].strip("\n")
    return "\n".join(["", "", f"---------- {quoted.title} ----------", *head, "", body, ""])


def forward_html(quoted: Quoted) -> str:
    """The same as HTML."""
    head = "<br>".join(
        f"<b>{html.escape(label)}</b> {html.escape(value)}" for label, value in quoted.head
    )
    title = html.escape(quoted.title)
    body = allowed_html(quoted.html[:QUOTED_HTML_CHARS], quoted.images)
    return f"<p><br></p><p>---------- {title} ----------<br>{head}</p><div>{body}</div>"


def above_quotation(source: str) -> int:
    """Where the quotation or the forwarded message of a draft begins; its end where none does.

    It is where `reply_html` and `forward_html` put it, with the paragraph that introduces it.
    """
    quoted = source.find("<blockquote>")
    introduced = source.rfind("<p>", 0, quoted) if quoted >= 0 else -1
    found = [at for at in (introduced, source.find("<p>---------- ")) if at >= 0]
    return min(found, default=quoted if quoted >= 0 else len(source))


def with_signature(source: str, signature: str, former: Iterable[str] = ()) -> str:
    """A draft with a signature above its quotation, or at its end.

    The signature takes the place of one of the `former` that stands there by itself, unchanged; of
    the longest, as one may begin like another.
    """
    end = above_quotation(source)
    found = (_place_of(one, source, end) for one in former if one)
    places = [one for one in found if one is not None]
    begin, end = max(places, key=lambda one: one[1] - one[0], default=(end, end))
    return f"{source[:begin]}{signature}{source[end:]}"


def text_to_html(text: str) -> str:
    """Text as HTML that looks alike: a paragraph for what blank lines part, lines kept."""
    paragraphs = (part.strip("\n") for part in text.strip("\n").split("\n\n"))
    written = (html.escape(part, quote=False).replace("\n", "<br>") for part in paragraphs)
    return "".join(f"<p>{part or '<br>'}</p>" for part in written)


def _place_of(signature: str, source: str, end: int) -> tuple[int, int] | None:
    """Where it stands last above that end, by itself and in nothing else; None if nowhere."""
    begin = source.rfind(signature, 0, end)
    if begin < 0:
        return None
    above, below = source[:begin], source[begin + len(signature) :]
    is_alone = above[-1:] in {"", ">"} and below[:1] in {"", "<"}
    is_within = len(_OPENED.findall(above)) != above.count("</")
    return (begin, begin + len(signature)) if is_alone and not is_within else None


def _introduced(sender: Address | None, date: datetime | None, wording: Wording) -> str:
    return wording((sender.name or sender.address) if sender else "", date)


def _quoted(line: str) -> str:
    """Quotations of quotations grow by one mark without a space between."""
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()
