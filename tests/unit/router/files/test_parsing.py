"""The hardened parser: bounds in bytes, refused constructs, and what cut-off files are called."""

from io import BytesIO
from pathlib import Path

import pytest

from passerelle.faults.router import (
    RouterFault,
    RouterFileDeclaresEntities,
    RouterFileEmpty,
    RouterFileEncodingUnknown,
    RouterFileNotXml,
    RouterFilesTooLarge,
    RouterFileTruncated,
    RouterFileUnreadable,
    RouterValueTooLong,
)
from passerelle.router.files.parsing import TOKEN_BYTES, Budget, Feed, parse
from passerelle.router.files.values import Box, RouterFile


class Seen:
    """A target that remembers the names it saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self.seen += [tag, *attrs]

    def end(self, tag: str) -> None: ...

    def data(self, data: str) -> None: ...


def feed(content: bytes | Path, budget: Budget | None = None) -> Feed:
    return Feed(Box.AGENT, RouterFile("x.xml", content), budget or Budget())


BOMB = b'<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", RouterFileEmpty, id="nothing"),
        pytest.param(b" \r\n\t ", RouterFileEmpty, id="blanks"),
        pytest.param(b"\xef\xbb\xbf", RouterFileEmpty, id="only-a-mark"),
        pytest.param(b"\0" * 4096, RouterFileEmpty, id="zeros-of-a-failed-disk"),
        pytest.param(b"<?xml version='1.0'?>\n", RouterFileTruncated, id="only-a-declaration"),
        pytest.param(b"<a><b>text", RouterFileTruncated, id="unclosed-elements"),
        pytest.param(b"<a><b", RouterFileTruncated, id="cut-in-a-tag"),
        pytest.param(b"<a><![CDATA[x", RouterFileTruncated, id="cut-in-a-section"),
        pytest.param(b"<a>\xc3", RouterFileTruncated, id="cut-in-a-letter"),
        pytest.param(b"\xff\xfe<\0a\0>\0x", RouterFileTruncated, id="cut-in-a-wide-letter"),
        pytest.param(b"<a><b/>" + b"\0" * 64, RouterFileTruncated, id="the-end-became-zeros"),
        pytest.param(b"PK\x03\x04....", RouterFileNotXml, id="an-archive"),
        pytest.param(b'{"a": 1}', RouterFileNotXml, id="json"),
        pytest.param(b"<a><b></a>", RouterFileNotXml, id="crossed-tags"),
        pytest.param(b"<a/><a/>", RouterFileNotXml, id="two-roots"),
        pytest.param(b"<a>&nbsp;</a>", RouterFileNotXml, id="an-undefined-entity"),
        pytest.param(b"<a>\xff</a>", RouterFileNotXml, id="a-byte-that-is-not-utf-8"),
        pytest.param(BOMB, RouterFileDeclaresEntities, id="an-entity-bomb"),
        pytest.param(b"<!DOCTYPE a><a/>", RouterFileDeclaresEntities, id="a-document-type"),
        pytest.param(
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><a>&b;</a>',
            RouterFileDeclaresEntities,
            id="an-external-reference",
        ),
        pytest.param(
            b'<!DOCTYPE a SYSTEM "http://h.invalid/a.dtd"><a/>',
            RouterFileDeclaresEntities,
            id="an-external-document-type",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="zlib"?><a/>',
            RouterFileEncodingUnknown,
            id="a-compression-as-encoding",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>',
            RouterFileEncodingUnknown,
            id="an-encoding-that-is-not-true",
        ),
        pytest.param(
            b"<a " + b'b="' + b"x" * (2 * TOKEN_BYTES) + b'"/>',
            RouterValueTooLong,
            id="an-attribute-of-megabytes",
        ),
        pytest.param(b"<a><!--" + b"x" * 2 * TOKEN_BYTES, RouterValueTooLong, id="a-long-comment"),
    ],
)
def test_bad_files(data: bytes, expected: type[RouterFault]) -> None:
    with pytest.raises(expected) as caught:
        parse(feed(data), Seen())
    assert caught.value.facts["file"] == Box.AGENT.value


def test_the_line_of_a_cut_is_told() -> None:
    with pytest.raises(RouterFileTruncated) as caught:
        parse(feed(b"<a>\n<b>\n"), Seen())
    assert caught.value.facts["line"] == 3


def test_the_files_share_one_budget() -> None:
    budget = Budget(left=10)
    parse(feed(b"<abc/>", budget), Seen())
    with pytest.raises(RouterFilesTooLarge):
        parse(feed(b"<abc/>", budget), Seen())


def test_an_endless_stream_is_left_at_the_bound() -> None:
    class Endless(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            self.taken += size or 0
            return b"<a>" if self.taken == size else b"x" * (size or 0)

    stream = Endless()
    file = RouterFile("x.xml", stream)
    with pytest.raises(RouterFilesTooLarge):
        parse(Feed(Box.AGENT, file, Budget(left=1_000_000)), Seen())
    assert stream.taken < 1_200_000


def test_a_path_is_opened_and_a_missing_one_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a x='1'/>")
    target = Seen()
    parse(feed(tmp_path / "a.xml"), target)
    assert target.seen == ["a", "x"]
    with pytest.raises(RouterFileUnreadable, match="No such file"):
        parse(feed(tmp_path / "b.xml"), target)
