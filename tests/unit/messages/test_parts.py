"""The tree of parts: paths, boundaries, decoding, file names."""

import pytest

from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import extract, parse
from passerelle.messages.parts import leaves, open_message


def paths(raw: bytes) -> list[tuple[str, bytes]]:
    return [(leaf.path, leaf.content(raw)) for leaf in leaves(raw, open_message(raw))]


def mixed(body: bytes) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"A: b\r\n\r\nx", [("1", b"x")], id="without-parts-it-is-its-own-part-1"),
        pytest.param(
            mixed(b"--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"),
            [("1", b"x"), ("2", b"y")],
            id="two-parts",
        ),
        pytest.param(mixed(b"--b\r\n\r\nx"), [("1", b"x")], id="the-closing-boundary-is-missing"),
        pytest.param(
            mixed(b"--b\r\n\r\nx\r\n--bb\r\n--b--"),
            [("1", b"x\r\n--bb")],
            id="a-longer-boundary-is-another-one",
        ),
        pytest.param(
            mixed(b"--b\r\n\r\nx --b\r\n--b--"), [("1", b"x --b")], id="only-at-a-line-start"
        ),
        pytest.param(mixed(b"--b  \r\n\r\nx\r\n--b--"), [("1", b"x")], id="spaces-behind"),
        pytest.param(mixed(b"no boundary"), [], id="a-container-of-nothing"),
        pytest.param(
            mixed(b"--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny"), [("1", b"x")], id="closed-is-closed"
        ),
        pytest.param(mixed(b"--b\r\n\r\n--b--"), [("1", b"")], id="an-empty-part"),
        pytest.param(
            b"Content-Type: multipart/mixed\r\n\r\nx", [("1", b"x")], id="no-boundary-named"
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary*=us-ascii''b\r\n\r\n--b\r\n\r\nx\r\n--b--",
            [("1", b"x")],
            id="a-boundary-that-says-its-charset",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\r\n\r\n"
            b"--bc\r\n\r\nx\r\n--bc--",
            [("1", b"x")],
            id="a-boundary-in-pieces",
        ),
        pytest.param(
            mixed(b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--"),
            [("1", b"\0\1\2")],
            id="the-first-field-of-a-part-is-whole",
        ),
        pytest.param(b"A: b\r\nx: no", [("1", b"")], id="a-header-alone"),
        pytest.param(b"A: b\r\nx y", [("1", b"x y")], id="no-line-between-header-and-body"),
        pytest.param(
            b"A: b\r\nbroken fold\r\n\r\nx", [("1", b"x")], id="a-broken-fold-begins-no-body"
        ),
        pytest.param(
            mixed(b"--b\r\nA: b\r\nx y\r\n\r\n--b--"),
            [("1", b"x y\r\n")],
            id="no-line-between-them-in-a-part",
        ),
    ],
)
def test_paths(raw: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert paths(raw) == expected


def test_an_inner_container_cannot_take_parts_of_the_outer() -> None:
    raw = mixed(
        b"--b\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
        b"--i\r\n\r\nx\r\n--b\r\n\r\ny\r\n--i\r\n\r\nz\r\n--b--"
    )
    assert [path for path, _ in paths(raw)] == ["1.1", "2"]


def test_a_message_in_a_message_is_one_attachment() -> None:
    inner = b"Subject: in\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--"
    raw = (
        b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n"
        b"\r\n" + inner + b"\r\n--o--"
    )
    (attachment,) = parse(raw).attachments
    assert (attachment.part, attachment.mimetype) == ("1", "message/rfc822")
    assert extract(raw, "1") == inner


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        pytest.param(b"base64", b"AAEC\r\nAwQF", bytes(range(6)), id="base64"),
        pytest.param(b"BASE64 ", b"AAEC", bytes(range(3)), id="upper-case"),
        pytest.param(b"base64", b"AA!EC=", b"\0\x01\x02", id="base64-with-strangers"),
        pytest.param(b"base64", b"AAECA", bytes(range(3)), id="base64-cut-off"),
        pytest.param(b"quoted-printable", b"a=\r\nb=3D", b"ab=", id="quoted-printable"),
        pytest.param(b"x-none", b"a=3D", b"a=3D", id="unknown-encoding-stays"),
    ],
)
def test_decoding(encoding: bytes, body: bytes, expected: bytes) -> None:
    raw = b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    assert extract(raw, "1") == expected


@pytest.mark.parametrize(
    ("fields", "filename"),
    [
        pytest.param('attachment; filename="a b.txt"', "a b.txt", id="quoted"),
        pytest.param("attachment; filename=a.txt", "a.txt", id="bare"),
        pytest.param("attachment; filename*=utf-8'fr'%C3%A9.txt", "é.txt", id="extended"),
        pytest.param("attachment; filename*=x-none''%E9.txt", "é.txt", id="unknown-charset"),
        pytest.param(
            "attachment; filename*0=a; filename*1=b; filename*3=d", "ab", id="continued-to-a-gap"
        ),
        pytest.param('attachment; filename="=?utf-8?q?=C3=A9?="', "é", id="forbidden-word"),
        pytest.param('attachment; filename="../../etc/x"', "x", id="folders-are-cut-off"),
        pytest.param('attachment; filename="C:\\\\dir\\\\x"', "x", id="windows-folders-too"),
        pytest.param('attachment; filename="a\x01b"', "a b", id="controls"),
        pytest.param('attachment; filename="a\u202egpj.exe"', "a gpj.exe", id="reversed-text"),
        pytest.param("attachment", "", id="no-name"),
    ],
)
def test_file_names(fields: str, filename: str) -> None:
    raw = f"Content-Type: a/b\r\nContent-Disposition: {fields}\r\n\r\nx".encode()
    assert parse(raw).attachments[0].filename == filename


def test_a_text_with_a_file_name_is_attached_not_read() -> None:
    raw = b"Content-Type: text/plain\r\nContent-Disposition: inline; filename=a.txt\r\n\r\nx"
    message = parse(raw)
    assert (message.text, len(message.attachments)) == ("", 1)


def test_a_type_without_subtype_is_the_text_of_the_message() -> None:
    assert parse(b"From: a@b\r\nContent-Type: text; charset=us-ascii\r\n\r\nHi").text == "Hi"


def test_a_path_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(PartNotFound):
        extract(b"A: b\r\n\r\nx", "2.1")
