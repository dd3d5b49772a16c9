"""The HTML that may leave here: an allow list, whatever a browser or another's mail put in.

Structure and plain formatting stay, and images of the same email, which are named by its caller.
Scripts, frames, forms, other images and everything that loads something when the mail is opened do
not; a link keeps its address if that is of a known scheme.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

import nh3

from passerelle.messages.clean import clean

WRITTEN_CHARS = 2_000_000

_BLOCKS = {"p", "div", "blockquote", "pre", "h1", "h2", "h3", "h4", "hr", "br", "center"}
_INLINE = {"a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "span", "code", "small"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_TAGS = _BLOCKS | _INLINE | _LISTS | _TABLES
_ATTRIBUTES = {
    "*": {"dir", "lang", "style"},
    "a": {"href", "title"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_STYLES = {
    "color",
    "background-color",
    "font-weight",
    "font-style",
    "text-align",
    "text-decoration",
}
_IMAGE_SIDE = re.compile(r"[0-9]{1,4}")
_NO_SOURCE = re.compile(r'<img\b(?![^>]*? src=")[^>]*>')  # cleaned: no attribute holds a `>`
NO_IMAGES: Mapping[str, str] = MappingProxyType({})


def allowed_html(html: str, images: Mapping[str, str] = NO_IMAGES) -> str:
    """The fragment with what is allowed in it, well formed. Cleaning it twice changes nothing.

    `images` says of each Content-ID that may stand in it which one the image has in this email.
    """
    source = clean(html[:WRITTEN_CHARS])
    if not images:
        return _CLEANER.clean(source).strip()
    return _NO_SOURCE.sub("", _cleaner(images).clean(source)).strip()


def _cleaner(images: Mapping[str, str]) -> nh3.Cleaner:
    """Lets those images through, and is the same for everything else when there are none."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        by_id = value[:4].lower() == "cid:"
        match tag, name:
            case "img", "src":
                own = images.get(unquote(value[4:]).strip("<> ")) if by_id else None
                return f"cid:{own}" if own else None
            case "img", "width" | "height":
                return value if _IMAGE_SIDE.fullmatch(value) else None
            case _, "href":
                return None if by_id else value
            case _:
                return value

    return nh3.Cleaner(
        tags=_TAGS | ({"img"} if images else set()),
        clean_content_tags={"script", "style", "template", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel"} | ({"cid"} if images else set()),
        url_relative="deny",
        link_rel=None,
        strip_comments=True,
    )


_CLEANER = _cleaner(NO_IMAGES)
