"""The body of a message: its text, the HTML beside it with its images, the files behind it.

RFC 2045 and 2046; the images that the HTML shows belong to it alone (RFC 2387, RFC 2392).
All of it is ASCII with lines of at most 998 octets. A boundary never stands in what it parts,
whatever somebody wrote who knows how boundaries are made here.
"""

import base64
import binascii
import hashlib
import itertools
import re
from collections.abc import Sequence

from passerelle.faults.mail.messages import DraftRefused
from passerelle.messages.values import Draft, File
from passerelle.messages.writing.fields import LINE_OCTETS, parameter

OCTETS = "application/octet-stream"

_MIMETYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}@[A-Za-z0-9.-]{1,255}")
# Base64, in which files are carried here, is forbidden for these (RFC 2046, 5.1 and 5.2.1).
_NOT_ENCODED = ("message/", "multipart/")


def body_of(draft: Draft) -> bytes:
    """The MIME fields and the body: text alone, with HTML, and in front of the files.

    A file with a Content-ID is one that the HTML shows; without HTML it is one like the others.
    """
    part = _text("plain", draft.text)
    images = [one for one in draft.files if _is_shown(one, draft)]
    if draft.html:
        shown = _with_images(_text("html", draft.html), images, draft.message_id)
        part = _several("alternative", [part, shown], draft.message_id)
    files = [_file(one) for one in draft.files if not _is_shown(one, draft)]
    return _several("mixed", [part, *files], draft.message_id) if files else part


def _is_shown(file: File, draft: Draft) -> bool:
    return bool(draft.html and file.content_id)


def _with_images(shown: bytes, images: Sequence[File], seed: str) -> bytes:
    """The HTML, and what it shows from beside it (RFC 2387)."""
    if not images:
        return shown
    parts = [shown, *(_image(one) for one in images)]
    return _several('related;\r\n type="text/html"', parts, seed)


def _several(kind: str, parts: Sequence[bytes], seed: str) -> bytes:
    boundary = _boundary(parts, seed)
    mark = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    inner = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return head + inner + mark + b"--\r\n"


def _boundary(parts: Sequence[bytes], seed: str) -> str:
    """The same for the same message, so that a message composed twice is the same bytes."""
    for number in itertools.count():
        digest = hashlib.sha256(f"{number} {seed}".encode()).hexdigest()[:32]
        boundary = f"=_{digest}"
        if not any(boundary.encode("ascii") in part for part in parts):
            return boundary
    raise AssertionError("there is always another number")


def _text(kind: str, text: str) -> bytes:
    encoding, octets = _encoded(text)
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode("ascii") + octets


def _image(file: File) -> bytes:
    if not _CONTENT_ID.fullmatch(file.content_id):
        raise DraftRefused(field="Content-ID")
    return _file(file, f"Content-ID: <{file.content_id}>", "inline")


def _file(file: File, named: str = "", disposition: str = "attachment") -> bytes:
    plain = _MIMETYPE.fullmatch(file.mimetype) and not file.mimetype.startswith(_NOT_ENCODED)
    filename = parameter("filename", file.filename, "filename") if file.filename else []
    head = [
        f"Content-Type: {file.mimetype if plain else OCTETS}",
        "Content-Transfer-Encoding: base64",
        *([named] if named else []),
        ";\r\n ".join([f"Content-Disposition: {disposition}", *filename]),
    ]
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + _base64(file.data)


def _encoded(text: str) -> tuple[str, bytes]:
    """How a text is carried: as it is, quoted where little needs it, else in base64."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    octets = "\r\n".join([*lines, ""]).encode("utf-8", "replace")
    if octets.isascii() and b"\0" not in octets and all(len(one) <= LINE_OCTETS for one in lines):
        return "7bit", octets
    quoted = binascii.b2a_qp(octets, istext=True)
    encoded = _base64(octets)
    if len(quoted) <= len(encoded):
        return "quoted-printable", quoted
    return "base64", encoded


def _base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")
