"""The HTML of a message and its own pictures."""

import base64

import pytest
from tests.images import png

from passerelle.messages.showing import letter, letter_of

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def message(html: str, *parts: str) -> bytes:
    body = f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}"
    inner = "".join(f"--b\r\n{part}\r\n" for part in (body, *parts))
    head = (
        'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    )
    return f"{head}{inner}--b--\r\n".encode()


def picture(name: str, mimetype: str = "image/png", octets: bytes = PNG) -> str:
    encoded = base64.b64encode(octets).decode()
    return (
        f"Content-Type: {mimetype}\r\nContent-ID: <{name}>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )


def test_a_message_without_html_has_no_letter() -> None:
    assert letter_of(b"Subject: x\r\n\r\nplain") is None
    assert letter_of(b"") is None


def test_an_attached_page_is_no_letter() -> None:
    page = "Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>page"
    found = letter_of(message("<p>letter", page))
    assert found is not None
    assert found.source.strip() == "<p>letter"


def test_its_own_pictures_come_with_it() -> None:
    found = letter_of(message("<p>é<img src='cid:a@b'>", picture("a@b")))
    assert found is not None
    assert found.pictures == {"a@b": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}
    assert f'src="{found.pictures["a@b"]}"' in found.shown(remote=False).html
    assert "é" in found.shown(remote=False).html


@pytest.mark.parametrize(
    ("html", "part"),
    [
        pytest.param("<img src='cid:a'>", picture("b"), id="another-name"),
        pytest.param("<p>x", picture("a"), id="not-named"),
        pytest.param("<img src='cid:a'>", picture("a", "image/svg+xml"), id="svg"),
        pytest.param("<img src='cid:a'>", picture("a", "text/html"), id="no-picture"),
    ],
)
def test_other_parts_do_not(html: str, part: str) -> None:
    found = letter_of(message(html, part))
    assert found is not None
    assert found.pictures == {}


def test_what_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter, "PICTURES_BYTES", len(PNG) * 2)
    parts = [picture(name) for name in "abc"]
    found = letter_of(message("<img src='cid:a'><img src='cid:b'><img src='cid:c'>", *parts))
    assert found is not None
    assert sorted(found.pictures) == ["a", "b"]


def test_how_high_its_pictures_are_is_read_from_their_headers() -> None:
    source = "<img src='cid:a@b'><img src='cid:c@d'><img src='cid:e@f'>"
    large = png(10, 30) + bytes(300_000)
    parts = (picture("a@b", octets=png(10, 20)), picture("c@d", octets=large), picture("e@f"))
    found = letter_of(message(source, *parts))
    assert found is not None
    assert (len(found.pictures), found.pictures_height) == (3, 50)
