"""`parse`: what it reads of ordinary mail, of odd mail, and of mail that means harm."""

import hashlib
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults.mail.messages import MessageNotUnderstood
from passerelle.messages import Address, Automatic, ParseLimits, extract, identity, parse

ORDINARY = b"""Received: from b.example by c.example; Mon, 1 Jan 2024 10:00:05 +0100\r
Received: from a.example by b.example; Mon, 1 Jan 2024 09:00:00 +0100\r
From: =?utf-8?q?Ren=C3=A9?= <Rene@Example.COM>\r
To: "Doe, Jane" <jane@example.com>, bob@example.org\r
Cc: team: x@example.net, y@example.net;\r
Reply-To: <answers@example.com>\r
Subject: =?utf-8?b?w6k=?= =?utf-8?q?t=C3?= =?utf-8?q?=A9?=\r
 folded\r
Message-ID: <one@example.com>\r
In-Reply-To: <zero@example.com>\r
References: <first@example.com>\r
 <zero@example.com>\r
Date: Mon, 1 Jan 2024 08:59:00 +0100\r
X-Passerelle-Test: abc12345\r
Content-Type: multipart/mixed; boundary="b"\r
\r
preamble\r
--b\r
Content-Type: multipart/alternative; boundary=bb\r
\r
--bb\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
caf=E9 soft=\r
 line\r
--bb\r
Content-Type: text/html; charset=utf-8\r
\r
<p>caf\xc3\xa9</p>\r
--bb--\r
--b\r
Content-Type: application/pdf; name="ignored.pdf"\r
Content-Disposition: attachment; filename*0*=utf-8''%C3%A9; filename*1="t.pdf"\r
Content-Transfer-Encoding: base64\r
\r
AAEC\r
AwQF\r
--b\r
Content-Type: image/png\r
Content-ID: <logo>\r
Content-Transfer-Encoding: base64\r
\r
iVBORw==\r
--b--\r
epilogue\r
"""


def test_ordinary_message_is_read_whole() -> None:
    message = parse(ORDINARY)
    assert message.sender == Address("René", "Rene@example.com")
    assert message.to == (Address("Doe, Jane", "jane@example.com"), Address("", "bob@example.org"))
    assert [one.address for one in message.cc] == ["x@example.net", "y@example.net"]
    assert message.reply_to == (Address("", "answers@example.com"),)
    assert message.subject == "été folded"
    assert message.message_id == "<one@example.com>"
    assert message.in_reply_to == "<zero@example.com>"
    assert message.references == ("<first@example.com>", "<zero@example.com>")
    assert message.date == datetime(2024, 1, 1, 7, 59, tzinfo=UTC)
    assert message.received == datetime(2024, 1, 1, 9, 0, 5, tzinfo=UTC)
    assert message.text == "café soft line"
    assert message.html == "<p>café</p>"
    assert message.test_id == "abc12345"
    assert message.automatic is Automatic.NO
    assert message.whole


def test_attachments_say_where_they_lie_and_what_they_are() -> None:
    pdf, logo = parse(ORDINARY).attachments
    octets = bytes(range(6))
    assert (pdf.part, pdf.filename, pdf.mimetype, pdf.size) == ("2", "ét.pdf", "application/pdf", 6)
    assert pdf.digest == hashlib.sha256(octets).hexdigest()
    assert not pdf.inline
    assert (logo.part, logo.content_id, logo.inline) == ("3", "logo", True)
    assert extract(ORDINARY, pdf.part) == octets


def test_bare_line_feeds_read_alike() -> None:
    assert parse(ORDINARY.replace(b"\r\n", b"\n")) == parse(ORDINARY)


def test_headers_only_looks_for_no_text() -> None:
    message = parse(ORDINARY[: ORDINARY.index(b"\r\n\r\n") + 4], whole=False)
    assert not message.whole
    assert message.subject == "été folded"
    assert (message.text, message.html, message.attachments) == ("", "", ())


def test_html_alone_becomes_text() -> None:
    message = parse(b"Content-Type: text/html\r\n\r\n<p>One</p><p>Two</p>")
    assert message.text == "One\n\nTwo"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        pytest.param(b"Subject: caf\xe9\r\n\r\n", "café", id="eight-bit-latin-subject"),
        pytest.param(b"Subject: caf\xc3\xa9\r\n\r\n", "café", id="eight-bit-utf8-subject"),
        pytest.param(
            b"Subject: =?utf-8?b?w6k=?= =?iso-8859-1?q?=E9?=\r\n\r\n",
            "éé",
            id="neighbouring-words-of-two-charsets",
        ),
        pytest.param(
            b"Subject: a =?utf-8?q?b?= c\r\n\r\n", "a b c", id="spaces-beside-plain-words-stay"
        ),
        pytest.param(b"Subject: =?x-none?q?caf=C3=A9?=\r\n\r\n", "café", id="unknown-charset"),
        pytest.param(b"Subject: =?utf-8?b?w6k?=\r\n\r\n", "é", id="base64-without-its-padding"),
        pytest.param(b"Subject: =?utf-8*fr?q?=C3=A9?=\r\n\r\n", "é", id="word-with-a-language"),
        pytest.param(b"Subject: a\x00b\r\n\r\n", "a b", id="nul-in-a-subject"),
        pytest.param(b"Subject: =?utf-8?q?a=00b?=\r\n\r\n", "a b", id="nul-in-an-encoded-word"),
        pytest.param(b"Subject: a =?utf-8?q?open\r\n\r\n", "a =?utf-8?q?open", id="unclosed-word"),
        pytest.param(b"From x@y Mon\r\nSubject: a\r\n\r\n", "a", id="mbox-line-at-the-top"),
        pytest.param(b"no field\r\nSubject: a\r\n\r\n", "a", id="line-that-is-no-field"),
        pytest.param(b"SUBJECT : a\r\n\r\n", "a", id="space-before-the-colon"),
    ],
)
def test_subjects(raw: bytes, subject: str) -> None:
    assert parse(raw).subject == subject


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"text/plain; charset=x-unknown\n\ncaf\xc3\xa9", "café", id="unknown-charset"),
        pytest.param(b"text/plain; charset=utf-8\n\ncaf\xe9", "café", id="wrong-charset"),
        pytest.param(b"text/plain\n\ncaf\xe9", "café", id="no-charset"),
        pytest.param(b"text/plain; charset=us-ascii\n\n\x93hi\x94", "“hi”", id="ascii-that-is-not"),
        pytest.param(b"text/plain; charset=unicode_escape\n\n\\x41", "\\x41", id="python-codec"),
        pytest.param(b"text/plain; charset=utf-16le\n\na\0b\0", "ab", id="sixteen-bits"),
        pytest.param(b"text/plain; charset=utf-7\n\na+AOk-", "aé", id="seven-bits-that-shift"),
        pytest.param(b"text/plain\n\na\0b", "ab", id="nul-in-the-text"),
        pytest.param(b"text/plain; charset=utf-16le\n\n\x00\xd8a\0", "", id="lone-surrogate"),
    ],
)
def test_charsets(body: bytes, text: str) -> None:
    found = parse(b"Content-Type: " + body).text
    found.encode("utf-8")
    assert "\0" not in found
    assert text in found


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        pytest.param(b"Subject: a", None, id="no-from"),
        pytest.param(b"From: <>", None, id="null-sender"),
        pytest.param(b"From: nonsense", None, id="no-address-in-from"),
        pytest.param(b"From: a@example.com\nFrom: b@example.com", "a@example.com", id="two-froms"),
        pytest.param(b"From: x, a@example.com", "a@example.com", id="first-valid-address"),
        pytest.param(
            b"From: =?utf-8?q?a=2C_b?= <a@example.com>", "a@example.com", id="coded-comma"
        ),
    ],
)
def test_senders(fields: bytes, sender: str | None) -> None:
    found = parse(fields + b"\n\n").sender
    assert (found.address if found else None) == sender


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"<a@b>", "<a@b>", id="as-written"),
        pytest.param(b"<a@\r\n b>", "<a@b>", id="folded-inside"),
        pytest.param(b"a@b (comment)", "<a@b>", id="without-angle-brackets"),
        pytest.param(b"<>", "", id="empty"),
        pytest.param(b"<" + b"x" * 2000 + b"@b>", "<" + "x" * 2000 + "@b>", id="long-and-whole"),
    ],
)
def test_message_ids(value: bytes, expected: str) -> None:
    assert parse(b"Message-ID: " + value + b"\r\n\r\n").message_id == expected


def test_too_many_references_keep_the_first_and_the_newest() -> None:
    raw = b"References: " + b" ".join(b"<%d@a>" % number for number in range(500)) + b"\r\n\r\n"
    found = parse(raw).references
    assert len(found) == 100
    assert (found[0], found[1], found[-1]) == ("<0@a>", "<401@a>", "<499@a>")


@pytest.mark.parametrize(
    "date",
    [b"", b"nonsense", b"32 Jan 2024 10:00:00 +0000", b"1 Jan 99999 10:00:00 +0000", b"0 0 0 0:0"],
)
def test_a_date_that_is_none_is_none(date: bytes) -> None:
    assert parse(b"Date: " + date + b"\r\n\r\n").date is None


@pytest.mark.parametrize(
    ("fields", "automatic"),
    [
        pytest.param("Auto-Submitted: auto-replied", Automatic.AUTO_REPLIED, id="vacation"),
        pytest.param("Auto-Submitted: no", Automatic.NO, id="said-to-be-a-person"),
        pytest.param("Auto-Submitted: auto-generated (x)", Automatic.AUTO_GENERATED, id="machine"),
        pytest.param("X-Autoreply: yes", Automatic.AUTO_REPLIED, id="old-vacation"),
        pytest.param("Precedence: auto_reply", Automatic.AUTO_REPLIED, id="older-vacation"),
        pytest.param("Precedence: bulk", Automatic.AUTO_GENERATED, id="bulk"),
        pytest.param("Precedence: bulk\nList-Id: <l.example>", Automatic.LIST, id="list"),
        pytest.param(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            Automatic.BOUNCE,
            id="delivery-report",
        ),
        pytest.param(
            "Return-Path: <>\nContent-Type: multipart/report; boundary=b",
            Automatic.BOUNCE,
            id="null-sender-with-a-report",
        ),
        pytest.param("Return-Path: <>", Automatic.NO, id="null-sender-alone"),
        pytest.param(
            "Return-Path: <>\nX-Failed-Recipients: a@b.example",
            Automatic.BOUNCE,
            id="null-sender-that-names-failed-recipients",
        ),
        pytest.param(
            "Return-Path: <a@b.example>\nX-Failed-Recipients: a@b.example",
            Automatic.NO,
            id="somebody-who-names-failed-recipients",
        ),
        pytest.param(
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
            Automatic.AUTO_REPLIED,
            id="receipt",
        ),
    ],
)
def test_automatic(fields: str, automatic: Automatic) -> None:
    assert parse(f"{fields}\n\n".encode()).automatic is automatic


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"hello\r\n\r\nworld", b"\xff" * 1000, b"\0"])
def test_bytes_without_a_field_are_no_message(raw: bytes) -> None:
    with pytest.raises(MessageNotUnderstood):
        parse(raw)


def test_limits_leave_out_what_is_beyond_them() -> None:
    limits = ParseLimits(parts=2, addresses=3, header_fields=4, text_chars=5)
    parts = b"--b\r\n\r\nabcdefgh\r\n" * 9
    raw = (
        b"To: " + b"a@example.com, " * 9 + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        b"X-One: 1\r\nX-Two: 2\r\nSubject: late\r\n\r\n" + parts
    )
    message = parse(raw, limits=limits)
    assert (len(message.to), message.subject, message.text) == (3, "", "abcde")


def nested(depth: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(depth)
    )
    return b"Subject: deep\r\n" + opening + b"Content-Type: text/plain\r\n\r\nbottom\r\n"


def test_nesting_is_followed_to_the_limit_and_no_further() -> None:
    assert parse(nested(20)).text.strip() == "bottom"
    message = parse(nested(5_000))
    assert message.text == ""
    assert [one.mimetype for one in message.attachments] == ["multipart/mixed"]


@pytest.mark.parametrize("before", [0, 1, 9, 99])
def test_every_path_fits_where_it_is_stored(before: int) -> None:
    """However many parts stand before the one that holds the next."""
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n" % level
        + b"--b%d\r\nContent-Type: a/b\r\n\r\n" % level * before
        + b"--b%d\r\n" % level
        for level in range(60)
    )
    raw = b"Subject: deep\r\n" + opening + b"\r\nbottom\r\n"
    paths = [one.part for one in parse(raw).attachments]
    assert paths
    assert max(map(len, paths)) <= 50  # and behind it the number of a packed file


HOSTILE = {
    "fields": b"X-A: b\r\n" * 100_000 + b"\r\nhi",
    "encoded-words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nx",
    "open-words": b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\nx",
    "quotes": b"To: " + b'"\\' * 100_000 + b"\r\n\r\nx",
    "parentheses": b"To: " + b"(" * 200_000 + b"\r\n\r\nx",
    "parameters": b"Content-Type: text/plain" + b";a*0=b" * 100_000 + b"\r\n\r\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
    "false-boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bx\n" * 500_000,
    "unclosed-tags": b"Content-Type: text/html\r\n\r\n" + b"<a" * 500_000,
    "unclosed-comments": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 250_000,
    "bad-base64": b"Content-Transfer-Encoding: base64\r\nContent-Type: a/b\r\n\r\n!!!A",
    "rfc822-in-rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 500 + b"x",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_messages_are_read_in_bounded_time(raw: bytes) -> None:
    """A quadratic step on any of these takes minutes, so the suite itself would show it."""
    message = parse(raw)
    assert len(message.attachments) <= 1_000


@given(st.binary(max_size=2_000), st.integers(0, len(ORDINARY)), st.integers(0, 200))
def test_no_bytes_make_it_raise(noise: bytes, place: int, cut: int) -> None:
    raw = ORDINARY[:place] + noise + ORDINARY[place + cut :]
    try:
        message = parse(raw)
    except MessageNotUnderstood:
        return
    everything = repr(message)
    assert "\\x00" not in everything.replace("\\\\x00", "")
    for text in (message.text, message.html, message.subject, message.message_id):
        text.encode("utf-8")
    assert len(identity(message).digest) == 32
    for attachment in message.attachments:
        assert hashlib.sha256(extract(raw, attachment.part)).hexdigest() == attachment.digest


def test_the_standard_library_sees_the_same_parts() -> None:
    """An older, slower reader judges ours on a message that both understand."""
    theirs = [
        part.get_payload(decode=True)
        for part in message_from_bytes(ORDINARY).walk()
        if not part.is_multipart()
    ]
    ours = [extract(ORDINARY, path) for path in ("1.1", "1.2", "2", "3")]
    assert ours == theirs
