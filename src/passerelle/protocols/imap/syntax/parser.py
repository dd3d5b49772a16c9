"""Tells what kind of response one line begins, and reads typed answers out of its values.

Only what we ask for is parsed; every other untagged response is kept unread and ignored, so that
an extension we do not know cannot break a cycle. Raises `ValueError` on broken structure.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from passerelle.protocols.imap.syntax.dates import from_internal_date
from passerelle.protocols.imap.syntax.lexer import values
from passerelle.protocols.imap.syntax.responses import (
    Condition,
    Continuation,
    Data,
    Response,
    Status,
)

_LITERAL = re.compile(rb"~?\{(\d{1,20})\+?\}$")
_STATUS = re.compile(rb"(?i)(OK|NO|BAD|PREAUTH|BYE)(?: +|$)(.*)", re.DOTALL)
_CONDITION_LINE = re.compile(rb"(?i)[A-Za-z0-9*]+ (?:OK|NO|BAD|PREAUTH|BYE) |\+")
_CODE = re.compile(rb"\[([^\] ]+)(?: ([^\]]*))?\] ?")
_DATA = re.compile(rb"(?:(\d{1,10}) +)?([A-Za-z][A-Za-z0-9.\-]*)(?: +|$)")
_TAGGED = re.compile(rb"([A-Za-z0-9]+) ")
# The two answers that come ten thousand at a time, as most servers write them. Whatever is written
# otherwise is cut into values like any other.
_LISTED = re.compile(rb'\(UID (\d{1,10}) INTERNALDATE "([^"\\]*)" RFC822\.SIZE (\d{1,20})\)')
_BODY = re.compile(rb"\(UID (\d{1,10}) BODY\[\] ")
MOST = 0xFFFF_FFFF
_TEXT_LENGTH = 300  # of an answer that is quoted in a fact


@dataclass(frozen=True, slots=True)
class Fetched:
    """One FETCH response, of what we ever ask for."""

    uid: int  # 0 when the response does not say: it is unsolicited then
    size: int
    received: datetime | None
    body: bytes | None
    has_body: bool  # a body was answered, be it NIL


def literal_length(line: bytes) -> int | None:
    """How long the literal is that this line announces at its end; None when it announces none.

    The free text of a condition may end in braces, too, and announces nothing.
    """
    if not line.endswith(b"}") or _CONDITION_LINE.match(line):
        return None
    found = _LITERAL.search(line)
    return int(found[1]) if found else None


def response(parts: list[bytes]) -> Response:
    """What the collected lines and literals of one response are."""
    line = parts[0]
    if line.startswith(b"+"):
        return Continuation(line[1:].lstrip(b" "))
    if line.startswith(b"* "):
        tag, start = b"", 2
    else:
        tagged = _TAGGED.match(line)
        if tagged is None:
            raise ValueError("neither tagged nor untagged")
        tag, start = tagged[1], tagged.end()
    status = _STATUS.match(line, start)
    if status is not None:
        return _status(tag, status[1], status[2])
    data = _DATA.match(line, start)
    if tag or data is None:
        raise ValueError("no response is of that form")
    rest = (line[data.end() :], *parts[1:])
    return Data(data[2].upper(), int(data[1] or 0), rest)


def number(digits: bytes) -> int:
    """A number of IMAP (RFC 9051, 9): 32 bits. A larger one would fit in no row."""
    found = int(digits)
    if not 0 <= found <= MOST:
        raise ValueError("not a number of 32 bits")
    return found


def capabilities(text: bytes) -> frozenset[str]:
    """The names of a CAPABILITY answer, upper case."""
    return frozenset(text.decode("ascii", "replace").upper().split())


def numbers(data: Data) -> list[int]:
    """The numbers of a SEARCH answer. A MODSEQ at its end is left out (RFC 7162, 3.1.5)."""
    return [int(word) for word in data.parts[0].split(b"(")[0].split()]


def fetched(data: Data) -> Fetched:
    """The attributes of a FETCH answer."""
    return _usual(data.parts) or _fetched(data.parts)


def _usual(parts: tuple[bytes, ...]) -> Fetched | None:
    """Those of an answer in the usual form; None for any other."""
    if len(parts) == 1 and (listed := _LISTED.fullmatch(parts[0])) is not None:
        uid, received, size = listed.groups()
        return Fetched(number(uid), int(size), from_internal_date(received), None, has_body=False)
    if parts[2:] == (b")",) and (given := _BODY.fullmatch(parts[0])) is not None:
        return Fetched(number(given[1]), 0, None, parts[1], has_body=True)
    return None


def _fetched(parts: tuple[bytes, ...]) -> Fetched:
    found = values(parts)
    if len(found) != 1 or not isinstance(found[0], list):
        raise ValueError("FETCH without its list")
    uid = size = 0
    received: datetime | None = None
    body: bytes | None = None
    has_body = False
    attributes = iter(found[0])
    for name, value in zip(attributes, attributes, strict=True):
        match name.upper() if isinstance(name, bytes) else b"":
            case b"UID" if isinstance(value, bytes):
                uid = number(value)
            case b"RFC822.SIZE" if isinstance(value, bytes):
                size = int(value)
            case b"INTERNALDATE" if isinstance(value, bytes):
                received = from_internal_date(value)
            case other if other.startswith(b"BODY["):
                body = value if isinstance(value, bytes) else None
                has_body = True
    return Fetched(uid, size, received, body, has_body)


def _status(tag: bytes, condition: bytes, rest: bytes) -> Status:
    code = _CODE.match(rest)
    text = rest[code.end() :] if code else rest
    return Status(
        tag=tag,
        condition=Condition(condition.upper().decode()),
        code=code[1].decode("ascii", "replace").upper() if code else "",
        arguments=(code[2] or b"") if code else b"",
        text=(text or rest)[:_TEXT_LENGTH].decode("utf-8", "replace"),
    )
