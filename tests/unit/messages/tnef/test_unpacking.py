"""The files of a winmail.dat as attachments of the message that carries it."""

import hashlib

import pytest
from tests.tnef_streams import Packed, attribute, carried, letter, stream

from passerelle.faults.mail.messages import PartNotFound
from passerelle.messages import extract, letter_of, parse

PICTURE = Packed("logo.png", b"\x89PNG", "image/png", "logo@company.example")
RAW = carried(
    letter("<p>Voilà <img src='cid:logo@company.example'>", Packed("a.txt", b"aaa"), PICTURE)
)


def test_they_follow_the_file_that_holds_them() -> None:
    found = parse(RAW).attachments
    assert [(one.part, one.filename, one.size, one.inline) for one in found[1:]] == [
        ("2!1", "a.txt", 3, False),
        ("2!2", "logo.png", 4, True),
    ]
    assert (found[0].part, found[0].filename, found[0].is_packed) == ("2", "winmail.dat", False)
    assert found[1].is_packed
    assert found[1].digest == hashlib.sha256(b"aaa").hexdigest()


def test_each_is_found_again_by_its_path() -> None:
    for one in parse(RAW).attachments:
        assert hashlib.sha256(extract(RAW, one.part)).hexdigest() == one.digest


@pytest.mark.parametrize(
    "part", ["2!0", "2!3", "2!", "2!x", "2!-1", "2!1!1", "2!²", "1!1", "3!1", "2!" + "1" * 5_000]
)
def test_what_is_not_there_is_said(part: str) -> None:
    with pytest.raises(PartNotFound):
        extract(RAW, part)


def test_its_text_counts_where_the_message_has_none() -> None:
    message = parse(RAW)
    assert "Voilà" in message.text
    assert message.html.startswith("<p>Voilà")
    plain = parse(carried(stream(attribute(1, 0x0002800C, b"d\xe9j\xe0\0"))))
    assert (plain.text, plain.html) == ("déjà", "")


def test_a_text_of_the_message_wins() -> None:
    message = parse(carried(letter("<p>Other"), text="Of the message"))
    assert (message.text, message.html) == ("Of the message", "")


def test_its_html_is_shown_with_its_pictures() -> None:
    found = letter_of(RAW)
    assert found is not None
    assert found.source.startswith("<p>Voilà")
    assert found.pictures == {"logo@company.example": "data:image/png;base64,iVBORw=="}
    assert letter_of(carried(stream(), text="plain")) is None
    assert letter_of(carried(b"no stream", text="plain")) is None


def test_a_few_of_one_message_are_unpacked() -> None:
    part = RAW.partition(b"--b\r\nContent-Type: application")[2].rpartition(b"\r\n--b--")[0]
    more = b"\r\n--b\r\nContent-Type: application" + part
    raw = RAW.replace(b"\r\n--b--", more * 9 + b"\r\n--b--")
    found = parse(raw).attachments
    assert len([one for one in found if one.filename == "winmail.dat"]) == 10
    assert len([one for one in found if one.is_packed]) == 6


def test_other_files_are_not_counted_with_them() -> None:
    other = b"\r\n--b\r\nContent-Type: application/pdf\r\n\r\n%PDF"
    raw = RAW.replace(b"\r\n--b\r\nContent-Type: app", other * 5 + b"\r\n--b\r\nContent-Type: app")
    found = parse(raw).attachments
    assert [one.part for one in found if one.is_packed] == ["7!1", "7!2"]


def test_what_only_says_that_it_is_one_stays_as_it_is() -> None:
    found = parse(carried(b"no stream")).attachments
    assert [(one.part, one.size) for one in found] == [("2", 9)]
