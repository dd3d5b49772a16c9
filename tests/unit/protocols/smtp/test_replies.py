"""Lines of replies."""

import pytest

from passerelle.protocols.smtp.replies import Kind, Reply, parse_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"250 ok", (250, "ok", True)),
        (b"250-more", (250, "more", False)),
        (b"250", (250, "", True)),
        (b"550 \xff", (550, "\ufffd", True)),
        (b"550 a\x00b", (550, "a\ufffdb", True)),
    ],
)
def test_parse_line(line: bytes, expected: tuple[int, str, bool]) -> None:
    assert parse_line(line) == expected


@pytest.mark.parametrize("line", [b"", b"25", b"199 x", b"600 x", b"250x", b"ok", b"2500"])
def test_what_is_no_reply(line: bytes) -> None:
    with pytest.raises(ValueError, match="no line"):
        parse_line(line)


def test_a_reply_is_shown_in_one_short_line() -> None:
    reply = Reply(550, ("5.1.1 no", "x" * 1000))
    assert reply.kind is Kind.REFUSED
    assert reply.shown.startswith("550 5.1.1 no xxx")
    assert len(reply.shown) == 300
