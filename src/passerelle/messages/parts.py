"""The MIME tree of a message: its leaves, where they lie and how they are decoded.

The one tree that parsing and extracting share, so that a path stored today finds the same part
later. It never fails: what is too deep or too many stays opaque or is left out. Time is linear in
the size for each level of depth (RFC 2046, 5.1; RFC 2231 for file names).
"""

import binascii
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import uuencoded
from passerelle.messages.clean import clean_line
from passerelle.messages.headers.fields import (
    Headers,
    extended_parameter,
    header_and_body,
    parameter,
    parameters,
    read_headers,
)
from passerelle.messages.headers.words import decode_words, from_base64
from passerelle.messages.kinds import PARAMETERS
from passerelle.messages.tnef import inner_file
from passerelle.messages.values import DEFAULT_LIMITS, INNER, ParseLimits, PartPath

BOUNDARY_CHARS = 200  # RFC 2046 allows 70
_FALSE_BOUNDARIES = 10_000  # lines that begin like a boundary and are none, for each container
_MIMETYPE = re.compile(r"[!#$&^_.+a-z0-9-]{1,100}/[!#$&^_.+a-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that holds no others, still encoded: where it lies in the raw message."""

    path: PartPath
    mimetype: str
    charset: str
    filename: str
    disposition: str
    content_id: str
    said: str  # the parameter of its type that tells its kind; "" for most
    encoding: str
    start: int
    end: int

    def content(self, raw: bytes) -> bytes:
        """The decoded octets."""
        octets = raw[self.start : self.end]
        match self.encoding:
            case "base64":
                return from_base64(octets)
            case "quoted-printable":
                return binascii.a2b_qp(octets)
            case encoding if encoding in uuencoded.NAMES:
                return uuencoded.from_uuencoded(octets)
            case _:
                return octets


@dataclass(frozen=True, slots=True)
class Opened:
    """A message whose header is read and whose body is not yet."""

    headers: Headers
    body: int  # where it begins


def open_message(raw: bytes, limits: ParseLimits = DEFAULT_LIMITS) -> Opened:
    """Read the header of a message."""
    start = _after_envelope(raw)
    head, body = header_and_body(raw, start, len(raw))
    return Opened(read_headers(raw[start : min(head, start + limits.header_bytes)], limits), body)


def leaves(raw: bytes, opened: Opened, limits: ParseLimits = DEFAULT_LIMITS) -> Iterator[Leaf]:
    """The leaves of a message in their order."""
    return _Tree(raw, limits).walk(opened.headers, opened.body, len(raw))


def is_body(leaf: Leaf) -> bool:
    """A text without a file name that does not call itself an attachment is read, not attached."""
    return (
        leaf.mimetype in {"text/plain", "text/html"}
        and leaf.disposition != "attachment"
        and not leaf.filename
    )


def extract(raw: bytes, part: str) -> bytes:
    """The decoded octets of the part with that path, or of a file that is packed into it."""
    found = next((octets for _, octets in extract_each(raw, {part})), None)
    if found is None:
        raise PartNotFound(part=part)
    return found


def extract_each(raw: bytes, parts: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Those of several in one walk, in the order of the message; one that is not there is left out.

    Each is decoded when it is asked for.
    """
    wanted: dict[str, list[str]] = {}
    for part in parts:
        wanted.setdefault(part.partition(INNER)[0], []).append(part)
    for leaf in leaves(raw, open_message(raw)):
        for part in wanted.get(leaf.path, ()):
            _, packed, number = part.partition(INNER)
            octets = leaf.content(raw)
            found = inner_file(octets, number) if packed else octets
            if found is not None:
                yield part, found


def _after_envelope(raw: bytes) -> int:
    """Behind the `From ` line of an mbox, which some servers leave at the top."""
    if not raw.startswith((b"From ", b">From ")):
        return 0
    return raw.find(b"\n", 0, 2_000) + 1


class _Tree:
    """One walk over one message; counts the parts it has met."""

    def __init__(self, raw: bytes, limits: ParseLimits) -> None:
        self._raw = raw
        self._limits = limits
        self._met = 0

    def walk(self, headers: Headers, start: int, end: int) -> Iterator[Leaf]:
        """The leaves below a message's header; a message without parts is its own part 1."""
        mimetype, boundary = _container(headers)
        if boundary:
            yield from self._children(mimetype, boundary, (start, end), "")
        else:
            yield _leaf(headers, "1", "text/plain", (start, end))

    def _children(
        self, mimetype: str, boundary: bytes, span: tuple[int, int], above: str
    ) -> Iterator[Leaf]:
        default = "message/rfc822" if mimetype == "multipart/digest" else "text/plain"
        for number, (start, end) in enumerate(self._split(boundary, *span), 1):
            self._met += 1
            if self._met > self._limits.parts:
                return
            path = f"{above}.{number}" if above else str(number)
            head, body = header_and_body(self._raw, start, end)
            headers = read_headers(self._raw[start : min(head, end)], self._limits)
            inner, inner_boundary = _container(headers)
            body = min(body, end)
            if inner_boundary and len(path) <= self._limits.path_chars:
                yield from self._children(inner, inner_boundary, (body, end), path)
            else:
                yield _leaf(headers, path, default, (body, end))

    def _split(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The spans between boundary lines; without a closing one the last runs to the end."""
        opened: int | None = None
        for line, after, closing in self._boundaries(boundary, start, end):
            if opened is not None:
                yield opened, max(opened, _before_line_end(self._raw, line))
            if closing:
                return
            opened = after
        if opened is not None:
            yield opened, end

    def _boundaries(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Each boundary line: where it begins, where the next begins, and whether it closes."""
        raw, mark = self._raw, b"--" + boundary
        at = start if raw.startswith(mark, start, end) else _next_line(raw, mark, start, end)
        wrong = 0
        while at >= 0 and wrong < _FALSE_BOUNDARIES:
            rest = at + len(mark)
            line_end = raw.find(b"\n", rest, min(end, rest + BOUNDARY_CHARS))
            tail = raw[rest : line_end if line_end >= 0 else min(end, rest + BOUNDARY_CHARS)]
            if tail.strip() in {b"", b"--"}:
                yield at, line_end + 1 if line_end >= 0 else end, tail.startswith(b"--")
            else:
                wrong += 1
            at = _next_line(raw, mark, rest, end)


def _next_line(raw: bytes, mark: bytes, start: int, end: int) -> int:
    at = raw.find(b"\n" + mark, max(start - 1, 0), end)
    return at + 1 if at >= 0 else -1


def _before_line_end(raw: bytes, line: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
    line -= 1 if raw[line - 1 : line] == b"\n" else 0
    return line - 1 if raw[line - 1 : line] == b"\r" else line


def _container(headers: Headers) -> tuple[str, bytes]:
    value = headers.get("content-type")
    if not value[:10].lower().startswith("multipart/"):
        return "", b""
    mimetype, found = parameters(value)
    boundary = parameter(found, "boundary").rstrip()[:BOUNDARY_CHARS]
    return mimetype, boundary.encode("utf-8", "surrogateescape")


def _leaf(headers: Headers, path: str, default: str, span: tuple[int, int]) -> Leaf:
    mimetype, found = parameters(headers.get("content-type"))
    if mimetype == "text":  # as the first clients wrote it
        mimetype = "text/plain"
    if not _MIMETYPE.fullmatch(mimetype):
        mimetype = "application/octet-stream" if mimetype else default
    disposition, named = parameters(headers.get("content-disposition"))
    return Leaf(
        path=PartPath(path),
        mimetype=mimetype,
        charset=parameter(found, "charset"),
        filename=_filename(named) or _filename(found),
        disposition=disposition if disposition in {"inline", "attachment"} else "",
        content_id=clean_line(headers.get("content-id").strip("<> "), 500),
        said=found.get(PARAMETERS[mimetype], "") if mimetype in PARAMETERS else "",
        encoding=headers.get("content-transfer-encoding").partition(";")[0].strip().lower(),
        start=span[0],
        end=span[1],
    )


def _filename(found: dict[str, str]) -> str:
    """A file name without folders: RFC 2231 first, then plain, with encoded words forgiven."""
    if not found:
        return ""
    for stem in ("filename", "name"):
        if name := extended_parameter(found, stem):
            return _bare(name)
    return _bare(decode_words(found.get("filename") or found.get("name") or ""))


def _bare(name: str) -> str:
    return clean_line(re.split(r"[/\\]", name)[-1], 255)
