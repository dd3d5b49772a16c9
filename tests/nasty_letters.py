"""Messages of senders who mean harm, as they come over the wire, each by what is wrong in it.

Each is made to stop a reader, to fill its memory, to be lost, or to break the page that shows it.
"""

import base64
import zlib
from collections.abc import Iterator
from itertools import product

from tests.tnef_streams import Packed, letter

ANNA = "anna@example.com"
BASE64 = "Content-Transfer-Encoding: base64\n"
RIGHT_TO_LEFT = "\u202egpj.exe\u2066"
SURROGATES = (
    "=?utf-8?B?7aCA7bCA?= =?utf-16?B?2AA=?= =?utf-7?Q?+2AA-?="  # three ways to half a letter
)


def nasty_letters() -> dict[str, bytes]:
    """Each by its name; every one has a Message-ID that its name makes."""
    made = (*_nested(), *_large(), *_fields(), *_dates(), *_names(), *_parts(), *_threads())
    return {name: raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for name, raw in made}


def _letter(name: str, more: str | bytes = "", body: str | bytes = "Hello.", **usual: str) -> bytes:
    """A letter to Anna; fields of `usual` stand for the usual ones, "" leaves one out."""
    fields = {
        "From": "Clara <clara@customer.example>",
        "To": ANNA,
        "Subject": name,
        "Date": "Mon, 02 Mar 2026 09:00:01 +0000",
        "Message-ID": f"<{name}@nasty.example>",
    } | {key.replace("_", "-"): value for key, value in usual.items()}
    head = "".join(f"{key}: {value}\n" for key, value in fields.items() if value)
    return _octets(head) + _octets(more) + b"\n" + _octets(body) + b"\n"


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _nested() -> Iterator[tuple[str, bytes]]:
    for subtype, deep in product(("mixed", "alternative", "related", "digest"), (60, 500)):
        name = f"multipart-{subtype}-{deep}-deep"
        opened = "".join(
            f'Content-Type: multipart/{subtype}; boundary="b{n}"\n\n--b{n}\n' for n in range(deep)
        )
        yield name, _letter(name, f"MIME-Version: 1.0\n{opened}".encode(), "Content-Type: x\n\nin")
    for deep in (20, 500, 3_000):
        name = f"message-in-message-{deep}-deep"
        inner = "Content-Type: message/rfc822\n\n" * deep
        yield name, _letter(name, "Content-Type: message/rfc822\n", inner)
    many = "".join(f"--b\nContent-Type: text/plain; name=n{n}\n\nx\n" for n in range(5_000))
    yield "many-parts", _letter("many-parts", 'Content-Type: multipart/mixed; boundary="b"\n', many)
    for boundary in ("", " ", '"', "b" * 5_000, "--", "é", "\\"):
        name = f"boundary-{boundary[:3].encode().hex()}"
        kind = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{boundary}"\n'
        yield name, _letter(name, kind, f"--{boundary}\n\none\n--{boundary}--\n")
    yield (
        "boundary-in-itself",
        _letter(
            "boundary-in-itself",
            'Content-Type: multipart/mixed; boundary="b"\n',
            '--b\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nx\n--b--\n--b--\n',
        ),
    )
    yield "html-deep", _letter("html-deep", "Content-Type: text/html\n", "<div>" * 20_000)
    yield (
        "html-table-deep",
        _letter("html-table-deep", "Content-Type: text/html\n", "<table><tr><td>" * 5_000),
    )
    yield "quoted-deep", _letter("quoted-deep", "", ">" * 50_000 + " x\n" + "> " * 20_000 + "y")


def _large() -> Iterator[tuple[str, bytes]]:
    yield "header-of-a-megabyte", _letter("header-of-a-megabyte", f"X-Long: {'a' * 1_000_000}\n")
    yield "header-folded-often", _letter("header-folded-often", "X-Long: a\n" + " b\n" * 200_000)
    yield "many-headers", _letter("many-headers", "X-Many: a\n" * 50_000)
    yield "subject-of-a-megabyte", _letter("subject-of-a-megabyte", Subject="a" * 1_000_000)
    yield "subject-of-words", _letter("subject-of-words", Subject="=?utf-8?Q?a?= " * 50_000)
    crowd = ", ".join(f"P{n} <p{n}@crowd.example>" for n in range(10_000))
    for field in ("To", "Cc", "Reply-To"):
        name = f"ten-thousand-in-{field}"
        yield name, _letter(name, f"{field}: {crowd}\n" if field != "To" else "", To=crowd)
    yield "groups", _letter("groups", To="g:" * 5_000 + ANNA + ";" * 5_000)
    yield "comments", _letter("comments", From="(" * 50_000 + ")" * 50_000 + " c@customer.example")
    yield "quotes", _letter("quotes", From='"' + "\\" * 50_001 + '" <c@customer.example>')
    yield "angles", _letter("angles", From="<" * 20_000 + "c@customer.example" + ">" * 20_000)
    yield "commas", _letter("commas", To="," * 100_000 + ANNA)
    yield "route", _letter("route", From=f"<{'@a.example,' * 5_000}@b.example:c@customer.example>")
    local = "l" * 65_536
    for field in ("From", "To", "Sender", "Disposition-Notification-To"):
        name = f"local-part-of-64-kb-in-{field}"
        given = f"{local}@customer.example"
        usual = {field: given} if field in ("From", "To") else {}
        yield name, _letter(name, "" if usual else f"{field}: {given}\n", **usual)
    yield "domain-of-64-kb", _letter("domain-of-64-kb", From=f"c@{'d.' * 32_768}example")
    yield "line-of-a-megabyte", _letter("line-of-a-megabyte", "", "x" * 1_000_000)
    yield (
        "html-of-one-tag",
        _letter("html-of-one-tag", "Content-Type: text/html\n", f"<p {'a=b ' * 20_000}>x"),
    )
    yield (
        "html-of-entities",
        _letter("html-of-entities", "Content-Type: text/html\n", "&#x" * 30_000 + "&nbsp" * 10_000),
    )
    yield (
        "html-of-styles",
        _letter(
            "html-of-styles",
            "Content-Type: text/html\n",
            f'<p style="{"color:red;" * 50_000}">x</p>' + "<style>" + "a{" * 50_000,
        ),
    )
    yield (
        "html-unfinished",
        _letter(
            "html-unfinished", "Content-Type: text/html\n", "<!--" * 50_000 + "<![CDATA[" * 50_000
        ),
    )


def _fields() -> Iterator[tuple[str, bytes]]:
    for field, value in (
        ("From", "Eve <eve@evil.example>"), ("To", "eve@evil.example"), ("Subject", "Other"),
        ("Date", "Tue, 03 Mar 2026 09:00:00 +0000"), ("Message-ID", "<other@evil.example>"),
        ("Content-Type", "text/html"), ("In-Reply-To", "<a@b>"), ("References", "<a@b> <c@d>"),
    ):  # fmt: skip
        name = f"twice-{field}"
        yield name, _letter(name, f"{field}: {value}\n{field}: {value}\n")
    for field in ("From", "To", "Subject", "Message-ID", "Date"):
        for wrong, value in {
            "nul": "a\0b", "surrogates": SURROGATES, "raw-octets": "\udcff\udcfe\udc80",
            "controls": "\x01\x07\x1b[31m\x7f\x85", "unfinished": "=?utf-8?B?",
            "no-charset": "=??Q?=00?=", "nul-in-a-word": "=?utf-8?Q?a=00b=0D=0AX-Evil:_1?=",
            "blank": " \t ", "noncharacter": "\ufffe\U0010ffff",
        }.items():  # fmt: skip
            name = f"{wrong}-in-{field}"
            extra = " <c@customer.example>" if field in ("From", "To") else ""
            yield name, _letter(name, **{field: value + extra})
    for charset in (
        "utf-16", "utf-32", "utf-7", "unicode-escape", "idna", "punycode", "rot13", "hex", "zip",
        "undefined", "mbcs", "x" * 2_000, "../../etc", "\0", "cp65001",
    ):  # fmt: skip
        name = f"charset-{charset[:8].encode().hex()}"
        kind = f'Content-Type: text/plain; charset="{charset}"\n'
        yield (
            name,
            _letter(
                name, kind, b"\xff\xfe\xd8\x00\x00\xd8a+2AA-", Subject=f"=?{charset}?Q?=D8=00?="
            ),
        )
    for encoding in ("base64", "quoted-printable", "x-uuencode", "binary", "nonsense"):
        name = f"broken-{encoding}"
        kind = f"Content-Transfer-Encoding: {encoding}\n"
        yield name, _letter(name, kind, b"begin 644 x\n=\n====\n=ZZ\xff\n" + b"M" * 5_000 + b"\0")
    yield "no-fields", b"\n"
    yield "only-nuls", b"\0" * 5_000
    yield "no-colon", _letter("no-colon", "this is no field\n : neither\n")
    yield "no-body", _letter("no-body").partition(b"\n\n")[0]
    yield "bare-returns", _letter("bare-returns", "X: a\rb\r", "c\rd\r\r")
    yield "smuggled", _letter("smuggled", "", ".\n.\r\nMAIL FROM:<x>\n* 1 FETCH (UID 9)\nA1 OK\n")
    for field in ("Auto-Submitted", "Precedence", "Sensitivity", "List-Id", "Thread-Index",
                  "Authentication-Results", "Delivered-To", "X-Passerelle-Test", "Content-ID",
                  "X-Failed-Recipients", "Importance", "Content-Disposition"):  # fmt: skip
        name = f"nonsense-in-{field}"
        yield name, _letter(name, _octets(f"{field}: \udcff\0<<;;==") + b"=" * 20_000 + b"\n")


def _dates() -> Iterator[tuple[str, bytes]]:
    for number, date in enumerate((
        "Sat, 01 Jan 0000 00:00:00 +0000", "Fri, 31 Dec 99999 23:59:59 +0000",
        "Mon, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1200",
        "32 Foo 2026 25:61:61 +9999", "Mon, 02 Mar 2026 09:00:01 +99999999999",
        "-1 -1 -1", "9" * 20_000, "Mon, 02 Mar 2026 23:59:60 +0000", "02 Mar 70 00:00 EST",
        "Mon, 02 Mar 1600 00:00:00 +0000", "(" * 5_000, "٠٢ Mar 2026 ٠٩:٠٠:٠٠ +0000",
    )):  # fmt: skip
        yield f"date-{number}", _letter(f"date-{number}", Date=date)


def _names() -> Iterator[tuple[str, bytes]]:
    yield "turned-name", _letter("turned-name", From=f"{RIGHT_TO_LEFT} <c@customer.example>")
    yield "turned-subject", _letter("turned-subject", Subject=RIGHT_TO_LEFT * 200)
    yield "piled-accents", _letter("piled-accents", Subject="Z" + "\u0301" * 5_000)
    yield (
        "name-of-markup",
        _letter(
            "name-of-markup", From='"<script>alert(1)</script>{{ x }}{% x %}" <c@customer.example>'
        ),
    )
    for number, filename in enumerate((
        RIGHT_TO_LEFT, "../../../etc/passwd", "C:\\windows\\x.bat", "a.zip\0.txt", "a\r\nX-Evil: 1",
        "x" * 100_000, ".", "..", "", "con", "a.jpg.exe", "=?utf-8?B?7aCA?=", "<img src=x>.html",
        "a.txt" + " " * 300 + ".exe", "\u200b.exe\u200b", "invoice.zip.\udcff", "%00%2e%2e",
        "a;b=c",
    )):  # fmt: skip
        name = f"file-{number}"
        part = _octets(
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'
            f'Content-Type: application/zip; name="{filename}"\n'
            f'Content-Disposition: attachment; filename="{filename}"\n\nPK\x03\x04\n--b--\n'
        )
        head, _, rest = part.partition(b"\n\n")
        yield name, _letter(name, head + b"\n", rest)
    shards = "".join(f" filename*{n}*=%FF%00'';\n" for n in range(3_000))
    yield (
        "file-in-shards",
        _letter("file-in-shards", f"Content-Disposition: attachment;\n{shards} x=y\n", "x"),
    )


def _parts() -> Iterator[tuple[str, bytes]]:
    for number, kind in enumerate((
        "message/partial; id=a; number=99999999999; total=-1",
        "message/external-body; access-type=local-file; name=/etc/passwd",
        "message/delivery-status",
        "message/disposition-notification", "message/global", "multipart/signed",
        "multipart/report; report-type=delivery-status", "multipart/encrypted",
        "application/pkcs7-mime", "application/pgp-encrypted", "text/calendar; method=REQUEST",
        "text/vcard", "application/ms-tnef", "text/x-amp-html", "a/b/c;;;==", "*/*",
    )):  # fmt: skip
        yield (
            f"kind-{number}",
            _letter(f"kind-{number}", f"Content-Type: {kind}\n", "\0;;\n:" * 500),
        )
    report = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    recipients = "".join(
        f"Final-Recipient: rfc822; p{n}@x.example\nAction: failed\nStatus: 5.1.1\n\n"
        for n in range(20_000)
    )
    yield (
        "report-on-many",
        _letter(
            "report-on-many",
            report,
            f"--b\nContent-Type: message/delivery-status\n\n{recipients}--b--\n",
        ),
    )
    calendar = "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nRRULE:FREQ=SECONDLY\n" * 20_000
    yield (
        "calendar-bomb",
        _letter("calendar-bomb", "Content-Type: text/calendar; method=REQUEST\n", calendar),
    )
    packed = letter("<p>x</p>" * 1_000, *(Packed(f"f{n}.exe", b"MZ") for n in range(2_000)))
    for name, stream in {
        "tnef-of-many": packed,
        "tnef-cut": packed[: len(packed) // 2],
        "tnef-of-wrong-lengths": packed[:40] + b"\xff\xff\xff\x7f" * 2_000,
        "tnef-of-nothing": b"",
    }.items():
        kind = f"Content-Type: application/ms-tnef; name=winmail.dat\n{BASE64}"
        yield name, _letter(name, kind, base64.encodebytes(stream))
    bomb = base64.encodebytes(zlib.compress(b"\0" * 10_000_000))
    yield (
        "packed-zeros",
        _letter(
            "packed-zeros",
            "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n",
            bomb,
        ),
    )
    image = "<img src='cid:a'>" * 5_000
    yield "html-of-images", _letter("html-of-images", "Content-Type: text/html\n", image)
    data = "<img src='data:image/svg+xml;base64," + "A" * 300_000 + "'>"
    yield "html-of-data", _letter("html-of-data", "Content-Type: text/html\n", data)


def _threads() -> Iterator[tuple[str, bytes]]:
    many = " ".join(f"<r{n}@nasty.example>" for n in range(20_000))
    yield "many-references", _letter("many-references", f"References: {many}\n")
    yield (
        "reference-of-a-megabyte",
        _letter("reference-of-a-megabyte", f"References: <{'r' * 1_000_000}\n"),
    )
    yield (
        "answers-itself",
        _letter("answers-itself", "In-Reply-To: <answers-itself@nasty.example>\n"),
    )
    for number in range(12):  # each answers the next, the last the first, and names all of them
        name, following = f"ring-{number}", f"<ring-{(number + 1) % 12}@nasty.example>"
        ring = " ".join(f"<ring-{n}@nasty.example>" for n in range(12))
        yield name, _letter(name, f"In-Reply-To: {following}\nReferences: {ring}\n")
    for value in (
        "<>",
        "<@>",
        "< a @ b >",
        "<a\0b@c>",
        "<" * 5_000,
        "é",
        "<" + "m" * 100_000 + ">",
    ):
        name = f"message-id-{value[:4].encode().hex()}"
        yield name, _letter(name, f"In-Reply-To: {value}\n", Message_ID=value)
