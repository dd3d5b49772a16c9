"""The HTML that may leave here: an allow list, whatever a browser or another's mail put in.

Structure and plain formatting stay. Scripts, frames, forms, images and everything that loads
something when the mail is opened do not; a link keeps its address if that is of a known scheme.
"""

import nh3

from passerelle.messages.clean import clean

WRITTEN_CHARS = 2_000_000

_BLOCKS = {"p", "div", "blockquote", "pre", "h1", "h2", "h3", "h4", "hr", "br", "center"}
_INLINE = {"a", "b", "strong", "i", "em", "u", "s", "sub", "sup", "span", "code", "small"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_CLEANER = nh3.Cleaner(
    tags=_BLOCKS | _INLINE | _LISTS | _TABLES,
    clean_content_tags={"script", "style", "template", "title"},
    attributes={
        "*": {"dir", "lang", "style"},
        "a": {"href", "title"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    filter_style_properties={
        "color",
        "background-color",
        "font-weight",
        "font-style",
        "text-align",
        "text-decoration",
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)


def allowed_html(html: str) -> str:
    """The fragment with what is allowed in it, well formed. Cleaning it twice changes nothing."""
    return _CLEANER.clean(clean(html[:WRITTEN_CHARS])).strip()
