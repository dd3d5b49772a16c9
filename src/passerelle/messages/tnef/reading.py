"""A TNEF stream to its files and its texts (MS-OXTNEF 2.1.3; names by MS-OXPROPS).

A message within the message gives its files and its text, as a file, to the same list. A text in
RTF is left: Outlook sends it beside a plain one, and whoever wants it has the file itself.
"""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from passerelle.messages.charsets import decode
from passerelle.messages.clean import clean, clean_line
from passerelle.messages.tnef.stream import (
    OBJECT,
    SIGNATURE,
    UNICODE,
    Budget,
    Property,
    attributes,
    properties,
)

FILES = 500  # of one stream, those of messages within it included
DEPTH = 3  # messages in messages
NAME_CHARS = 255
_TEXT_BYTES = 20_000_000

# Attributes (2.1.3.3), by the lower half of their ids.
_RENDERING, _TITLE, _DATA, _OF_FILE = 0x9002, 0x8010, 0x800F, 0x9005
_OF_MESSAGE, _BODY, _SUBJECT, _CODEPAGE = 0x9003, 0x800C, 0x8004, 0x9007
# Properties: PidTagBody, PidTagHtml, PidTagSubject, PidTagInternetCodepage.
_P_BODY, _P_HTML, _P_SUBJECT, _P_INTERNET_CODEPAGE = 0x1000, 0x1013, 0x0037, 0x3FDE
# PidTagAttachDataBinary, -Filename, -LongFilename, -MimeTag, -ContentId, PidTagDisplayName.
_P_DATA, _P_SHORT, _P_LONG, _P_TYPE, _P_CONTENT_ID, _P_NAME = (
    *(0x3701, 0x3704, 0x3707),
    *(0x370E, 0x3712, 0x3001),
)
_WANTED_OF_MESSAGE = frozenset({_P_BODY, _P_HTML, _P_SUBJECT, _P_INTERNET_CODEPAGE})
_WANTED_OF_FILE = frozenset({_P_DATA, _P_SHORT, _P_LONG, _P_TYPE, _P_CONTENT_ID, _P_NAME})

# IID_IMessage: the octets behind it are a TNEF stream of their own.
_MESSAGE_WITHIN = bytes.fromhex("0703020000000000c000000000000046")
_IID_BYTES = 16
_CHARSETS = {
    65001: "utf-8",
    65000: "utf-7",
    20127: "us-ascii",
    1200: "utf-16-le",
    50220: "iso-2022-jp",
}
_ISO_8859 = range(28591, 28606)  # of ISO-8859-1 to -15
_NAMED_SO = range(1, 2_000)  # code pages that Python calls cp and their number
_MIMETYPE = re.compile(r"[!#$&^_.+a-z0-9-]{1,100}/[!#$&^_.+a-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True)
class TnefFile:
    """One file: what a part of a message would say of it."""

    filename: str
    mimetype: str
    content_id: str
    data: memoryview = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a stream holds; absent texts are empty."""

    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    files: tuple[TnefFile, ...] = ()


@dataclass(slots=True)
class _Raw:
    """The attributes of a message or a file as they were met, before the code page is known."""

    title: memoryview | None = None
    body: memoryview | None = None
    data: memoryview | None = None
    properties: dict[int, Property] = field(default_factory=dict)


def read_tnef(octets: bytes) -> Tnef | None:
    """What a stream holds; None when it is none. Never raises."""
    if int.from_bytes(octets[:4], "little") != SIGNATURE:
        return None
    return _read(memoryview(octets), Budget(), DEPTH)


def _read(octets: memoryview, budget: Budget, depth: int) -> Tnef:
    message, charset, files = _Raw(), "", list[_Raw]()
    for of_file, name, value in attributes(octets, budget):
        if name == _RENDERING:
            if len(files) == FILES:
                break
            files.append(_Raw())
        elif name == _CODEPAGE:
            charset = _charset(int.from_bytes(value[:4], "little"))
        else:
            _keep(files[-1] if of_file and files else message, name, value, budget)
    found = [one for raw in files for one in _files(raw, charset, budget, depth)]
    return Tnef(
        subject=clean_line(_text(message, _P_SUBJECT, message.title, charset), NAME_CHARS),
        text=_text(message, _P_BODY, message.body, charset),
        html=_html(message, charset),
        files=tuple(found[:FILES]),
    )


def _keep(raw: _Raw, name: int, value: memoryview, budget: Budget) -> None:
    """Put an attribute where it belongs; those that say nothing here are passed over."""
    if name in {_TITLE, _SUBJECT}:
        raw.title = value
    elif name == _BODY:
        raw.body = value
    elif name == _DATA:
        raw.data = value
    elif name == _OF_MESSAGE:
        raw.properties = properties(value, _WANTED_OF_MESSAGE, budget)
    elif name == _OF_FILE:
        raw.properties = properties(value, _WANTED_OF_FILE, budget)


def _files(raw: _Raw, charset: str, budget: Budget, depth: int) -> Iterator[TnefFile]:
    """The file; of a message within, its text and its files."""
    name = _filename(raw, charset)
    held = raw.properties.get(_P_DATA)
    data = raw.data
    if held is not None and held.kind == OBJECT:
        inner = held.value[_IID_BYTES:]
        if held.value[:_IID_BYTES] == _MESSAGE_WITHIN:
            if depth > 1:
                yield from _of_message(_read(inner, budget, depth - 1), name)
            return
        data = data or inner
    elif held is not None:
        data = data or held.value
    if data is not None:
        yield TnefFile(name, _mimetype(raw, name), _content_id(raw), data)


def _of_message(within: Tnef, name: str) -> Iterator[TnefFile]:
    name = within.subject or name
    for text, ending, mimetype in (
        (within.html, ".html", "text/html"),
        (within.text if not within.html else "", ".txt", "text/plain"),
    ):
        if text:
            filename = _base(name)[: NAME_CHARS - len(ending)] + ending
            yield TnefFile(filename, mimetype, "", memoryview(text.encode()))
    yield from within.files


def _text(raw: _Raw, name: int, otherwise: memoryview | None, charset: str) -> str:
    """A text by its property, else by its attribute."""
    found = raw.properties.get(name)
    if found is None:
        found = Property(0, otherwise) if otherwise is not None else None
    return _decoded(found, charset) if found is not None else ""


def _html(raw: _Raw, charset: str) -> str:
    found = raw.properties.get(_P_HTML)
    if found is None:
        return ""
    said = raw.properties.get(_P_INTERNET_CODEPAGE)
    number = int.from_bytes(said.value, "little") if said is not None else 0
    return _decoded(found, _charset(number) or charset)


def _filename(raw: _Raw, charset: str) -> str:
    for name, otherwise in ((_P_LONG, None), (_P_NAME, raw.title), (_P_SHORT, None)):
        found = _base(_text(raw, name, otherwise, charset))
        if found:
            return found
    return ""


def _base(name: str) -> str:
    """A file name without folders."""
    return clean_line(re.split(r"[/\\]", name[: NAME_CHARS * 4])[-1], NAME_CHARS)


def _mimetype(raw: _Raw, filename: str) -> str:
    said = _text(raw, _P_TYPE, None, "").strip().lower()
    if _MIMETYPE.fullmatch(said):
        return said
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _content_id(raw: _Raw) -> str:
    return clean_line(_text(raw, _P_CONTENT_ID, None, "").strip("<> "), 500)


def _decoded(found: Property, charset: str) -> str:
    octets = bytes(found.value[:_TEXT_BYTES])
    if found.kind == UNICODE:
        text = octets.decode("utf-16-le", "replace")
    else:
        text = decode(octets, charset)
    return clean(text.rstrip("\0"))


def _charset(codepage: int) -> str:
    if codepage in _ISO_8859:
        return f"iso-8859-{codepage - 28590}"
    return _CHARSETS.get(codepage) or (f"cp{codepage}" if codepage in _NAMED_SO else "")
