"""Images in the text of what is written here: which it shows, and what stands for them as text.

HTML names an image of its own message by its Content-ID (RFC 2392). What is read here was cleaned
by `allowed_html` before, but for what says otherwise.
"""

import html
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from passerelle.messages.html import html_to_text
from passerelle.messages.writing.allowed_html import allowed_html
from passerelle.messages.writing.quoting import with_signature

_NAMED = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>")  # cleaned, so that no attribute holds a `>`
_SHOWN = re.compile(r'(<img\b[^>]*? src=")cid:([^"]*)"')
_ODD = re.compile(r"[^A-Za-z0-9.-]")  # as in the domain of an address literal
_ALT = re.compile(r' alt="([^"]*)"')


def named_images(source: str) -> frozenset[str]:
    """The Content-IDs that HTML may name, whoever wrote it."""
    return frozenset(unquote(name) for name in _NAMED.findall(source))


def images_in(written: str) -> frozenset[str]:
    """The Content-IDs of the images that a text shows."""
    return frozenset(name for _, name in _SHOWN.findall(written))


def with_addresses(written: str, address: Callable[[str], str]) -> str:
    """A text for a page of ours, which shows each image from its address there."""
    return _SHOWN.sub(lambda found: f'{found[1]}{html.escape(address(found[2]))}"', written)


def written_text(written: str) -> str:
    """The plain alternative: an image stands as `[image: name]`, as mail programs write it."""
    return html_to_text(_IMAGE.sub(_told, written))


def text_as_seen(source: str) -> str:
    """The plain alternative of HTML that comes back from a form, and is not cleaned yet."""
    return written_text(allowed_html(source, {name: name for name in named_images(source)}))


def with_images(written: str, images: Iterable[tuple[str, str]]) -> str:
    """A text with images, Content-ID and name, at its end: above its quotation if it has one."""
    shown = (
        f'<p><img src="cid:{content_id}" alt="{html.escape(name)}"></p>'
        for content_id, name in images
    )
    return with_signature(written, "".join(shown))


def new_content_id(message_id: str, token: str) -> str:
    """A Content-ID in the domain of the message (RFC 2045, 7); `token` is random."""
    domain = message_id.strip("<>").rpartition("@")[2]
    return f"{token}@{_ODD.sub('-', domain)}"


def _told(found: re.Match[str]) -> str:
    alt = _ALT.search(found[0])
    name = alt[1].strip() if alt else ""
    return f"[image: {name}]" if name else "[image]"
