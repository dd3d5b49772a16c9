"""What a winmail.dat holds: files, names, texts, messages within."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tnef_streams import (
    BINARY,
    BODY,
    DATA,
    FILE,
    MESSAGE,
    OBJECT,
    OF_FILE,
    OF_MESSAGE,
    RENDERING,
    SIGNATURE,
    STRING8,
    SUBJECT,
    TITLE,
    UNICODE,
    Packed,
    attribute,
    integer,
    letter,
    properties,
    stream,
    variable,
    wide,
    within,
)

from passerelle.messages.kinds import is_tnef
from passerelle.messages.tnef import Tnef, read_tnef
from passerelle.messages.tnef.reading import DEPTH, FILES


def read(octets: bytes) -> Tnef:
    found = read_tnef(octets)
    assert found is not None
    return found


def files(octets: bytes) -> list[tuple[str, bytes]]:
    return [(one.filename, bytes(one.data)) for one in read(octets).files]


def of_file(*values: bytes, data: bytes = b"data", title: bytes = b"") -> bytes:
    """One file with these properties."""
    return stream(
        attribute(FILE, RENDERING, bytes(14)),
        attribute(FILE, TITLE, title),
        attribute(FILE, DATA, data),
        attribute(FILE, OF_FILE, properties(*values)),
    )


@pytest.mark.parametrize(
    ("mimetype", "filename", "expected"),
    [
        pytest.param("application/ms-tnef", "", True, id="by-its-type"),
        pytest.param("application/vnd.ms-tnef", "x", True, id="by-its-registered-type"),
        pytest.param("application/octet-stream", "WinMail.DAT", True, id="by-its-name"),
        pytest.param("application/octet-stream", "mail.dat", False, id="neither"),
    ],
)
def test_a_part_that_may_be_one(mimetype: str, filename: str, *, expected: bool) -> None:
    assert is_tnef(mimetype, filename) is expected


def test_files_in_their_order_with_what_is_known_of_them() -> None:
    packed = [
        Packed("Bestellung für Zoë.pdf", b"%PDF", "application/pdf"),
        Packed("logo.png", b"\x89PNG", "image/png", "logo@company.example"),
    ]
    found = read(letter("<p>x", *packed)).files
    assert [(one.filename, one.mimetype, one.content_id, bytes(one.data)) for one in found] == [
        ("Bestellung für Zoë.pdf", "application/pdf", "", b"%PDF"),
        ("logo.png", "image/png", "logo@company.example", b"\x89PNG"),
    ]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        pytest.param(of_file(wide(0x3707, "long.txt"), title=b"S~1.TXT\0"), "long.txt", id="long"),
        pytest.param(of_file(title=b"t\xe9te.txt\0"), "téte.txt", id="title-in-the-code-page"),
        pytest.param(of_file(wide(0x3001, "shown"), title=b"t.txt\0"), "shown", id="display-name"),
        pytest.param(of_file(wide(0x3704, "S~1.TXT")), "S~1.TXT", id="short"),
        pytest.param(of_file(variable(0x3707, STRING8, b"a\xe8.txt\0")), "aè.txt", id="narrow"),
        pytest.param(of_file(wide(0x3707, "..\\..\\a/b\0c.txt")), "bc.txt", id="with-folders"),
        pytest.param(of_file(wide(0x3707, "x" * 1000)), "x" * 255, id="far-too-long"),
        pytest.param(of_file(wide(0x3707, "\ud800a\u202etxt.exe"[1:])), "a txt.exe", id="turned"),
        pytest.param(of_file(), "", id="none"),
    ],
)
def test_the_name_of_a_file(octets: bytes, expected: str) -> None:
    assert [one.filename for one in read(octets).files] == [expected]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        pytest.param(of_file(wide(0x370E, "IMAGE/PNG")), "image/png", id="as-it-says"),
        pytest.param(of_file(wide(0x3707, "a.pdf")), "application/pdf", id="by-its-name"),
        pytest.param(of_file(wide(0x370E, "<b>")), "application/octet-stream", id="no-type"),
    ],
)
def test_the_type_of_a_file(octets: bytes, expected: str) -> None:
    assert [one.mimetype for one in read(octets).files] == [expected]


def test_the_octets_of_a_file_wherever_they_stand() -> None:
    attached = of_file(variable(0x3701, BINARY, b"of the property"), data=b"of the attribute")
    assert files(attached) == [("", b"of the attribute")]
    no_data = attribute(FILE, RENDERING, bytes(14))
    binary = attribute(FILE, OF_FILE, properties(variable(0x3701, BINARY, b"binary")))
    ole = attribute(FILE, OF_FILE, properties(variable(0x3701, OBJECT, b"i" * 16 + b"ole")))
    nothing = attribute(FILE, OF_FILE, properties(wide(0x3707, "lost.txt")))
    octets = stream(no_data, binary, no_data, ole, no_data, nothing)
    assert files(octets) == [("", b"binary"), ("", b"ole")]


@pytest.mark.parametrize(
    ("octets", "text", "html"),
    [
        pytest.param(letter("<p>é"), "", "<p>é", id="html"),
        pytest.param(
            stream(attribute(MESSAGE, BODY, b"na\xefve\r\nline\0")),
            "naïve\nline",
            "",
            id="attribute",
        ),
        pytest.param(
            stream(attribute(MESSAGE, BODY, b"\x82\xa0\0"), codepage=932), "あ", "", id="code-page"
        ),
        pytest.param(
            stream(attribute(MESSAGE, BODY, b"\xb1\0"), codepage=28592), "ą", "", id="iso-8859"
        ),
        pytest.param(
            stream(
                attribute(MESSAGE, BODY, b"attribute"),
                attribute(MESSAGE, OF_MESSAGE, properties(wide(0x1000, "property"))),
            ),
            "property",
            "",
            id="the-property-wins",
        ),
        pytest.param(
            stream(attribute(MESSAGE, OF_MESSAGE, properties(variable(0x1013, UNICODE, b"<\0")))),
            "",
            "<",
            id="html-as-wide-text",
        ),
        pytest.param(
            stream(bytes(Packed()), attribute(MESSAGE, BODY, b"behind a file")),
            "behind a file",
            "",
            id="whichever-comes-first",
        ),
        pytest.param(stream(), "", "", id="none"),
    ],
)
def test_texts(octets: bytes, text: str, html: str) -> None:
    found = read(octets)
    assert (found.text, found.html) == (text, html)


def test_properties_that_are_passed_over_do_not_hide_the_next() -> None:
    by_number, by_name = bytes(16) + bytes(8), bytes(16) + b"\1\0\0\0\5\0\0\0a\0b\0c\0\0\0"
    values = [
        b"\x02\x00\x01\x00\x07\x00\x00\x00",  # two octets and two to fill up
        b"\x40\x00\x02\x00" + bytes(8),
        b"\x02\x10\x03\x00\x02\x00\x00\x00" + bytes(8),  # two numbers
        variable(0x8001, UNICODE, b"a\0", named=by_number),
        variable(0x8002, STRING8, b"abc", b"d", named=by_name),
        variable(0x0005, BINARY),  # none at all
        wide(0x1000, "found"),
    ]
    octets = stream(attribute(MESSAGE, OF_MESSAGE, properties(*values)))
    assert read(octets).text == "found"


def test_a_message_within_gives_its_text_and_its_files() -> None:
    inner = letter("<p>Inner", Packed("inner.txt", b"inner"), subject="Re: Order/12")
    plain = stream(attribute(MESSAGE, SUBJECT, b"Plain\0"), attribute(MESSAGE, BODY, b"p\xe9"))
    unnamed = stream(attribute(MESSAGE, BODY, b"u"))
    octets = stream(
        within("Shown", inner), within("Shown", plain), within("Unnamed", unnamed), bytes(Packed())
    )
    assert files(octets) == [
        ("12.html", b"<p>Inner"),
        ("inner.txt", b"inner"),
        ("Plain.txt", "pé".encode()),
        ("Unnamed.txt", b"u"),
        ("file.txt", b"data"),
    ]


def test_messages_within_messages_end() -> None:
    octets = letter("<p>0", subject="0")
    for number in range(1, 10):
        octets = stream(
            attribute(MESSAGE, SUBJECT, b"%d\0" % number),
            attribute(MESSAGE, BODY, b"x"),
            within("", octets),
        )
    assert [name for name, _ in files(octets)] == ["8.txt", "7.txt"]
    assert DEPTH == 3


def test_too_many_files_are_left_out() -> None:
    octets = stream(*[attribute(FILE, RENDERING, b"") + attribute(FILE, DATA, b"x")] * (FILES + 5))
    assert len(read(octets).files) == FILES


def test_what_is_none_is_none() -> None:
    for octets in (b"", b"PK\3\4", SIGNATURE[:3], SIGNATURE[::-1] + bytes(20)):
        assert read_tnef(octets) is None
    assert read_tnef(SIGNATURE) == Tnef()


def test_of_a_stream_that_ends_early_what_came_before_counts() -> None:
    whole = letter("<p>x", Packed("a.txt", b"a"), Packed("b.txt", b"b"))
    for end in range(len(whole)):
        found = read_tnef(whole[:end])
        assert found is None or all(one.filename or one.data for one in found.files)
    assert [one.filename for one in read(whole[:-60]).files][:1] == ["a.txt"]
    assert read(whole + b"garbage at the end") == read(whole)


WHOLE = letter("<p>x", Packed("a.txt", b"a", "text/plain", "a@b"), Packed("b" * 300)) + bytes(
    Packed()
)


@given(st.data())
def test_whatever_is_changed_it_never_raises(data: st.DataObject) -> None:
    octets = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        octets[data.draw(st.integers(4, len(octets) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(octets))
    assert sum(len(one.data) for one in found.files) <= len(octets)
    for one in found.files:
        assert len(one.filename) <= 255
        assert "\0" not in one.filename + one.content_id
        one.filename.encode()


@given(st.binary(max_size=400))
def test_any_octets_are_read(octets: bytes) -> None:
    read(SIGNATURE + octets)
    read(stream(attribute(MESSAGE, OF_MESSAGE, octets), attribute(FILE, OF_FILE, octets)))
    read(stream(attribute(FILE, RENDERING, b""), attribute(FILE, OF_FILE, octets)))


def test_a_stream_that_claims_much_is_given_up() -> None:
    claims = properties(*[variable(0x1000, BINARY, *[b""] * 1_000)] * 100)
    text = attribute(MESSAGE, BODY, b"behind")
    assert read(stream(attribute(MESSAGE, OF_MESSAGE, claims), text)).text == ""
    counted = integer(0x0001, 1)[:4] + b"\xff" * 8
    assert (
        read(stream(attribute(MESSAGE, OF_MESSAGE, b"\xff" * 4 + counted), text)).text == "behind"
    )
