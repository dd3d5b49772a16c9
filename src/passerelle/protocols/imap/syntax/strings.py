"""Writes strings for commands: quoted where possible, else a literal; folders in modified UTF-7.

RFC 9051, 4.3 and 5.1 (RFC 3501, 5.1.3 for the encoding). A value can never end a command early:
what is not printable ASCII becomes a literal, whose length is announced.
"""

import base64
import re
from dataclasses import dataclass

_QUOTABLE = re.compile(rb"[ -~]{0,900}\Z")
_SHIFTED = re.compile(r"[^ -~]+")
_SHIFTED_BACK = re.compile(r"&([A-Za-z0-9+,]*)-")


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes that are announced and sent after the server's `+`."""

    data: bytes


Piece = bytes | Literal


def string(text: str) -> Piece:
    """That text as a quoted string or a literal."""
    data = text.encode("utf-8", "surrogateescape")
    if _QUOTABLE.match(data):
        return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return Literal(data)


def folder_name(folder: str) -> Piece:
    """The name of a folder as IMAP4rev1 writes it: `Entw&APw-rfe`."""
    return string(_SHIFTED.sub(_shift, folder.replace("&", "&-")))


def folder_text(name: bytes) -> str:
    """A folder's name as a server writes it, read; what is no modified UTF-7 stays as it is."""
    text = name.decode("utf-8", "surrogateescape")
    return _SHIFTED_BACK.sub(_unshift, text)


def _unshift(found: re.Match[str]) -> str:
    if not found[1]:
        return "&"
    coded = found[1].replace(",", "/")
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")
    except ValueError:
        return found[0]


def _shift(found: re.Match[str]) -> str:
    coded = base64.b64encode(found[0].encode("utf-16-be", "surrogatepass"))
    return "&" + coded.decode().rstrip("=").replace("/", ",") + "-"
