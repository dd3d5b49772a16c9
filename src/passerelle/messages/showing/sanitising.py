"""HTML of a stranger to HTML that does nothing: an allow list, by Ammonia (nh3).

The first of three fences; the frame's sandbox and the policy of its answer are the others, and
each holds alone (docs/decisions, how HTML mail is shown). Nothing here fetches anything: pictures
of the message come as `data:`, remote ones stay only when the reader asked for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from passerelle.messages.showing.earlier_html import fold_html
from passerelle.messages.showing.flattening import flatten
from passerelle.messages.showing.styles import harmless

SHOWN_CHARS = 500_000  # of the source; the whole stands in the raw message
TAGS = frozenset({
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote",
    "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark",
    "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
})  # fmt: skip
# With what is in them: text that was never meant to be read, or that is another language.
DROPPED_WHOLE = frozenset({
    "applet", "audio", "canvas", "embed", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "option", "script", "select", "style", "svg", "template",
    "textarea", "title", "video", "xmp",
})  # fmt: skip
EVERYWHERE = frozenset({"align", "bgcolor", "dir", "height", "lang", "style", "title", "valign",
                        "width"})  # fmt: skip
ATTRIBUTES = {
    "*": set(EVERYWHERE),
    "a": {"href"},
    "img": {"alt", "border", "src"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "nowrap", "rowspan"},
    "th": {"colspan", "nowrap", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "ol": {"reversed", "start", "type"},
    "ul": {"type"},
    "li": {"type", "value"},
}
SCHEMES = {"cid", "data", "http", "https", "mailto", "tel"}
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
PICTURE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """HTML that may be shown, and how many remote pictures were left out of it."""

    html: str
    blocked: int


def sanitise(html: str, pictures: Mapping[str, str], *, remote: bool, earlier: str = "") -> Shown:
    """Make HTML harmless. `pictures` are `data:` addresses by Content-ID.

    Earlier messages that it drags along are folded under the words `earlier`, if there are any.
    """
    blocked = 0

    def attribute(_tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if name == "style":
            return harmless(value) or None
        if name == "href":
            return value if _LINK.match(value) else None
        if name == "src":
            if _REMOTE.match(value):
                blocked += not remote
                return value if remote else None
            return _own_picture(value, pictures)
        return value

    flat = flatten(html[:SHOWN_CHARS], TAGS)
    shown = nh3.clean(
        fold_html(flat, earlier) if earlier else flat,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=SCHEMES,
        url_relative="deny",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
    )
    return Shown(shown, blocked)


def _own_picture(address: str, pictures: Mapping[str, str]) -> str | None:
    """A picture that came with the message; None for anything else."""
    if address[:4].lower() == "cid:":
        return pictures.get(unquote(address[4:]).strip("<> "))
    return address if _DATA.fullmatch(address) else None
