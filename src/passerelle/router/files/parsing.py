"""Feeds one hostile file to a target through a hardened XML parser, in bounded memory.

No tree is built. Refused: document types, entities, external references (defusedxml), depth,
items longer than a router writes, and more bytes than the set of files may have together. What
goes wrong leaves here as a fault that names the file; nothing is interpreted.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from passerelle.faults.router import (
    RouterFileDeclaresEntities,
    RouterFileEmpty,
    RouterFileEncodingUnknown,
    RouterFileNotXml,
    RouterFilesTooLarge,
    RouterFileTruncated,
    RouterFileUnreadable,
    RouterValueTooLong,
)
from passerelle.router.files.encoding import UnknownEncodingError, to_utf8
from passerelle.router.files.values import Box, RouterFile

SET_MEGABYTES = 32  # all files together, as the original
CHUNK_BYTES = 65_536
TOKEN_BYTES = 1_000_000  # a tag, comment or instruction that expat must hold whole
_UNFINISHED = frozenset(
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_INVALID = errors.codes[errors.XML_ERROR_INVALID_TOKEN]


class Target(Protocol):
    """What receives a file's events; it raises a fault to stop the reading."""

    def start(self, tag: str, attrs: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, data: str) -> None: ...


@dataclass(slots=True)
class Budget:
    """How many bytes the files of one set may still have."""

    left: int = SET_MEGABYTES * 1024 * 1024

    def take(self, box: Box, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise RouterFilesTooLarge(file=box.value, limit=SET_MEGABYTES)


@dataclass(slots=True)
class Feed:
    """The bytes of one file on their way: counted, digested, their emptiness noticed."""

    box: Box
    file: RouterFile
    budget: Budget
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    blank: bool = True
    ends_in_zeros: bool = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            with _opened(self.file.content) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    self.budget.take(self.box, len(chunk))
                    self.digest.update(chunk)
                    self.blank = self.blank and not chunk.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe")
                    self.ends_in_zeros = chunk.endswith(b"\0\0\0\0")
                    yield chunk
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RouterFileUnreadable(file=self.box.value, reason=reason) from error


def parse(feed: Feed, target: Target) -> None:
    """Give the whole file to the target, or raise the fault that says what is wrong with it."""
    file = feed.box.value
    # The bytes are UTF-8 by then, whatever the declaration says.
    parser = XMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    _shorten(parser, target)
    try:
        _pump(to_utf8(feed), parser, file)
        parser.close()
    except ParseError as error:
        raise _fault_of(error, feed, parser) from error
    except DefusedXmlException as error:
        raise RouterFileDeclaresEntities(file=file) from error
    except UnknownEncodingError as error:
        raise RouterFileEncodingUnknown(file=file, encoding=str(error)) from error
    except UnicodeDecodeError as error:
        if "unexpected end" in error.reason or "truncated" in error.reason:
            raise RouterFileTruncated(file=file, line=_line(parser)) from error
        raise RouterFileEncodingUnknown(file=file, encoding=error.encoding) from error


def _shorten(parser: XMLParser, target: Target) -> None:
    """Let expat call the target itself: names come as `space}name`, attributes as a mapping.

    Python's own layer between them costs as much again as the reading. What forbids document
    types and entities are other handlers, and stays.
    """
    expat = parser.parser
    expat.ordered_attributes = False
    expat.StartElementHandler = target.start
    expat.EndElementHandler = target.end
    expat.CharacterDataHandler = target.data


def _pump(chunks: Iterable[bytes], parser: XMLParser, file: str) -> None:
    fed = 0
    expat = parser.parser
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK_BYTES):
            piece = chunk[start : start + CHUNK_BYTES]
            parser.feed(piece)
            fed += len(piece)
            if fed - expat.CurrentByteIndex > TOKEN_BYTES:
                raise RouterValueTooLong(file=file, limit=TOKEN_BYTES)


def _line(parser: XMLParser) -> int:
    return int(parser.parser.CurrentLineNumber)


def _fault_of(error: ParseError, feed: Feed, parser: XMLParser) -> Exception:
    file = feed.box.value
    line = error.position[0]
    if feed.blank:
        return RouterFileEmpty(file=file)
    # A disk that failed leaves zeros where the end was.
    zeros = feed.ends_in_zeros and parser.parser.CurrentByteIndex > 0
    if error.code in _UNFINISHED or (zeros and error.code == _INVALID):
        return RouterFileTruncated(file=file, line=line)
    return RouterFileNotXml(file=file, reason=errors.messages[error.code], line=line)


@contextmanager
def _opened(content: bytes | Path | BinaryIO) -> Iterator[BinaryIO]:
    match content:
        case bytes():
            yield BytesIO(content)
        case Path():
            with content.open("rb") as stream:
                yield stream
        case _:
            yield content  # the caller's to close
