"""Drafts to bytes: what comes back is what was written, and no field begins another."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from random import Random
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.faults.mail.messages import DraftRefused
from passerelle.messages import (
    Address,
    Automatic,
    Draft,
    File,
    Priority,
    compose,
    extract,
    new_message_id,
    parse,
)
from passerelle.messages.addresses import normalised
from passerelle.messages.writing.composing import REFERENCES

DRAFT = Draft(
    message_id="<token123@example.com>",
    sender=Address("René, B", "rene@example.com"),
    to=(Address("", "a@example.org"), Address('Q "q"', "b@example.org")),
    cc=(Address("C", "c@example.net"),),
    subject="Ça va ?",
    text="Bonjour,\n\nça va ?\n",
    date=datetime(2024, 5, 1, 10, 0, tzinfo=UTC),
    in_reply_to="<zero@example.com>",
    references=("<first@example.com>", "<zero@example.com>"),
    automatic=Automatic.AUTO_GENERATED,
    test_id="test-1234",
)

line = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs"))
    | st.sampled_from(' =?_"\\,;:<>().'),
    max_size=120,
).map(lambda text: " ".join(text.split()))
texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=400)
local = st.from_regex(r"\A[a-z][a-z0-9+_-]{0,20}\Z")
addresses = st.builds(
    lambda name, box: Address(name[:80].strip(), f"{box}@example.com"), line, local
)


names = line.map(lambda text: text.replace("/", "").replace("\\", "")[:100].strip())
files = st.lists(
    st.builds(
        File, names, st.sampled_from(["text/plain", "image/png", "bad type", ""]), st.binary()
    ),
    max_size=3,
)


@given(line, texts, addresses, st.lists(addresses, max_size=30), st.lists(local, max_size=20))
def test_what_is_composed_parses_back(
    subject: str, text: str, sender: Address, to: list[Address], ids: list[str]
) -> None:
    references = tuple(dict.fromkeys(f"<{one}@example.com>" for one in ids))
    draft = replace(
        DRAFT, subject=subject, text=text, sender=sender, to=tuple(to), references=references
    )
    raw = compose(draft)
    assert raw.isascii()
    assert all(len(one) <= 998 for one in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = parse(raw)
    assert (found.message_id, found.in_reply_to) == (draft.message_id, draft.in_reply_to)
    assert (found.sender, found.to, found.cc) == (sender, tuple(to), draft.cc)
    assert (found.subject, found.references) == (subject, references)
    assert found.date == draft.date
    assert (found.automatic, found.test_id) == (Automatic.AUTO_GENERATED, "test-1234")
    assert found.text.rstrip("\n") == (text.rstrip("\n") if text.strip() else found.text.rstrip())


def test_another_reader_understands_it() -> None:
    message = message_from_bytes(compose(DRAFT))
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Bonjour,\r\n\r\nça va ?\r\n"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"subject": "a\r\nBcc: x@example.com"}, "Subject", id="line-break-in-subject"),
        pytest.param({"subject": "a\nb"}, "Subject", id="line-feed-in-subject"),
        pytest.param({"subject": "a\0"}, "Subject", id="nul-in-subject"),
        pytest.param({"sender": Address("a\r\nX: y", "a@b.example")}, "From", id="break-in-name"),
        pytest.param({"to": (Address("", "a@b.example\r\nX: y"),)}, "To", id="break-in-address"),
        pytest.param({"to": (Address("", "a@b.example, c@d.example"),)}, "To", id="two-addresses"),
        pytest.param({"to": (Address("", '"a\x85X: y"@b.example'),)}, "To", id="c1-in-address"),
        pytest.param({"to": (Address("", '"a\u2028X: y"@b.example'),)}, "To", id="line-separator"),
        pytest.param({"cc": (Address("", "nonsense"),)}, "Cc", id="no-address"),
        pytest.param({"message_id": "<a b@c>"}, "Message-ID", id="space-in-id"),
        pytest.param({"message_id": "a@c"}, "Message-ID", id="id-without-brackets"),
        pytest.param({"test_id": "abc\r\nX: y1"}, "X-Passerelle-Test", id="break-in-test-id"),
    ],
)
def test_no_field_begins_another(change: dict[str, object], field: str) -> None:
    with pytest.raises(DraftRefused) as refused:
        compose(replace(DRAFT, **change))  # type: ignore[arg-type]
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("hostile", ["<a>\r\nX: y", "<a\nX: y@x>", "<a\x7fb@x>", "<a\x01b@x>"])
def test_a_hostile_id_of_somebody_else_is_left_out(hostile: str) -> None:
    data = compose(replace(DRAFT, in_reply_to=hostile, references=(hostile, "<a@x>")))
    found = parse(data)
    assert (found.in_reply_to, found.references) == ("", ("<a@x>",))
    assert b"X: y" not in data


def test_an_odd_id_of_somebody_else_is_left_out() -> None:
    draft = replace(DRAFT, in_reply_to="<é@x>", references=("<a@x>", "<" + "y" * 2_000 + "@x>"))
    found = parse(compose(draft))
    assert (found.in_reply_to, found.references) == ("", ("<a@x>",))


def test_long_lines_are_carried_whole() -> None:
    text = "x" * 5_000 + "\n.\nFrom me\n"
    assert parse(compose(replace(DRAFT, text=text))).text == text


def test_a_domain_outside_ascii_is_written_for_every_server() -> None:
    raw = compose(replace(DRAFT, to=(Address("", "a@exämple.example"),)))
    assert b"To: a@xn--exmple-cua.example\r\n" in raw


international = (
    st.text(st.characters(categories=["L", "N"]) | st.sampled_from("éßжσ中.-+"), max_size=20)
    .map(lambda text: normalize("NFC", f"é{text}z").replace("..", "."))
    .filter(lambda text: normalised(f"{text}@example.com") is not None)
)


@given(st.lists(international, min_size=1, max_size=10), line)
def test_a_local_part_of_other_letters_stands_as_it_is(boxes: list[str], subject: str) -> None:
    people = tuple(Address(f"É {box}", f"{box}@example.com") for box in dict.fromkeys(boxes))
    raw = compose(replace(DRAFT, subject=subject, sender=people[0], to=people))
    found = parse(raw)
    assert (found.sender, found.to, found.subject) == (people[0], people, subject)
    assert all(len(one) <= 998 for one in raw.split(b"\r\n"))
    bare = raw.decode()
    for person in sorted(people, key=lambda one: -len(one.address)):
        bare = bare.replace(person.address, "")
    assert bare.isascii()  # only where an address has to be, and where it must say so


def test_accents_of_a_local_part_are_composed() -> None:
    raw = compose(replace(DRAFT, to=(Address("", "e\u0301va@exämple.example"),)))
    assert "To: éva@xn--exmple-cua.example\r\n".encode() in raw


def test_message_ids() -> None:
    assert new_message_id("Example.COM", "abcdef0123") == "<abcdef0123@example.com>"
    with pytest.raises(ValueError, match="token"):
        new_message_id("example.com", "a b")
    with pytest.raises(DraftRefused):
        new_message_id("exa mple", "abcdef0123")


@given(texts, st.text(max_size=200), files)
def test_text_html_and_files_come_back(text: str, words: str, attached: list[File]) -> None:
    html = f"<p>{words.encode('utf-8', 'ignore').decode().replace('<', '').replace('&', '')}</p>"
    raw = compose(replace(DRAFT, text=f"a{text}", html=html, files=tuple(attached)))
    assert raw.isascii()
    assert all(len(one) <= 998 for one in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = parse(raw)
    assert found.text.strip() == f"a{text}".strip()
    assert [one.filename for one in found.attachments] == [one.filename for one in attached]
    assert [extract(raw, one.part) for one in found.attachments] == [one.data for one in attached]


_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # what some reader takes for a line's end
hostile = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n\0:"))


@given(hostile, hostile, hostile, hostile, hostile | hostile.map(lambda text: f'"{text}"'))
def test_no_text_of_a_person_becomes_a_field(
    subject: str, name: str, agent: str, filename: str, box: str
) -> None:
    draft = replace(
        DRAFT,
        subject=subject,
        sender=Address(name, "a@example.com"),
        to=(Address(name, f"é{box}@example.com"), Address("", f"{box}@example.com")),
        agent=Address(agent, "b@example.com"),
        files=(File(filename, "text/plain", b"x"),),
    )
    try:
        raw = compose(draft)
    except DraftRefused:
        return
    expected = {"From", "Sender", "To", "Cc", "Date", "Message-ID", "Subject", "In-Reply-To"}
    expected |= {"References", "Auto-Submitted", "X-Passerelle-Test", "MIME-Version"}
    assert set(message_from_bytes(raw).keys()) == expected | {"Content-Type"}
    assert not _BREAKS.search(raw.decode().replace("\r\n", ""))


def test_each_part_has_its_place() -> None:
    files = (File("été 2026.pdf", "application/pdf", b"%PDF"), File("a.eml", "message/rfc822", b""))
    message = message_from_bytes(compose(replace(DRAFT, html="<p>Ça va ?</p>", files=files)))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
        "application/octet-stream",  # base64 is forbidden inside message/rfc822
    ]
    assert [part.get_filename() for part in message.walk()][-2:] == ["été 2026.pdf", "a.eml"]


def test_no_text_can_hold_the_boundary() -> None:
    first = compose(replace(DRAFT, html="<p>x</p>"))
    boundary = message_from_bytes(first).get_boundary()
    attacked = f"a\n--{boundary}\nContent-Type: text/html\n\n<b>no part</b>\n"
    message = message_from_bytes(compose(replace(DRAFT, text=attacked, html="<p>x</p>")))
    assert len(message.get_payload()) == 2
    assert parse(message.as_bytes()).text == attacked


def test_a_read_receipt_is_asked_for_at_the_senders_address() -> None:
    message = message_from_bytes(compose(replace(DRAFT, asks_read=True)))
    assert message["Disposition-Notification-To"] == message["From"]
    assert message_from_bytes(compose(DRAFT))["Disposition-Notification-To"] is None


@pytest.mark.parametrize(
    ("priority", "importance"),
    [
        pytest.param(Priority.HIGH, "high", id="high-says-so"),
        pytest.param(Priority.LOW, "low", id="low-says-so"),
        pytest.param(Priority.NORMAL, None, id="normal-says-nothing"),
    ],
)
def test_the_priority_is_told(priority: Priority, importance: str | None) -> None:
    message = message_from_bytes(compose(replace(DRAFT, priority=priority)))
    assert message["Importance"] == importance
    assert (message["X-Priority"] is None) == (importance is None)


def test_who_writes_for_another_is_told() -> None:
    raw = compose(replace(DRAFT, agent=Address("Béa", "bea@example.com")))
    assert parse(raw).sender == DRAFT.sender
    assert raw.count(b"\r\nSender: ") == 1


@given(line, st.binary(min_size=22, max_size=272))
def test_the_conversation_of_outlook_comes_back(topic: str, index: bytes) -> None:
    raw = compose(replace(DRAFT, thread_topic=topic, thread_index=index))
    assert all(len(one) <= 998 for one in raw.split(b"\r\n"))
    assert parse(raw).header_facts.thread_index == index
    written = message_from_bytes(raw, policy=default)["Thread-Topic"]
    assert " ".join((written or "").split()) == topic


def test_of_a_long_thread_the_first_and_the_newest_are_named() -> None:
    ids = tuple(f"<{number}@example.com>" for number in range(100))
    found = parse(compose(replace(DRAFT, references=ids))).references
    assert found == (ids[0], *ids[101 - REFERENCES :])


images = st.lists(
    st.builds(File, names, st.sampled_from(("image/png", "image/jpeg")), st.binary(max_size=100)),
    min_size=1,
    max_size=3,
).map(lambda found: [replace(one, content_id=f"{n}@example.com") for n, one in enumerate(found)])


@given(images, files, st.randoms())
def test_images_stand_beside_the_html_that_shows_them(
    shown: list[File], attached: list[File], order: Random
) -> None:
    mixed = [*shown, *attached]
    order.shuffle(mixed)
    html = "".join(f'<img src="cid:{one.content_id}">' for one in shown)
    draft = replace(DRAFT, html=html, files=tuple(mixed))
    raw = compose(draft)
    assert raw == compose(draft)
    shown = [one for one in mixed if one.content_id]
    found = parse(raw).attachments
    expected = [*shown, *(one for one in mixed if not one.content_id)]
    assert [extract(raw, one.part) for one in found] == [one.data for one in expected]
    assert [one.content_id for one in found] == [one.content_id for one in expected]
    assert [one.inline for one in found] == [bool(one.content_id) for one in expected]
    related = next(
        part
        for part in message_from_bytes(raw, policy=default).walk()
        if part.get_content_type() == "multipart/related"
    )
    assert related.get_param("type") == "text/html"
    root, *beside = related.iter_parts()
    assert root.get_content_type() == "text/html"
    assert [one["Content-ID"] for one in beside] == [f"<{one.content_id}>" for one in shown]
    assert [one.get_content() for one in beside] == [one.data for one in shown]


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        pytest.param(
            '<img src="cid:a@x.example">',
            [
                *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related"),
                *("text/html", "image/png", "application/pdf"),
            ],
            id="with-the-html",
        ),
        pytest.param(
            "",
            ["multipart/mixed", "text/plain", "image/png", "application/pdf"],
            id="like-any-file-without-html",
        ),
    ],
)
def test_where_an_image_stands(html: str, tree: list[str]) -> None:
    plan = File("été.png", "image/png", b"x", "a@x.example")
    both = (plan, File("a.pdf", "application/pdf", b""))
    message = message_from_bytes(compose(replace(DRAFT, html=html, files=both)))
    assert [part.get_content_type() for part in message.walk()] == tree
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert image.get_content_disposition() == ("inline" if html else "attachment")
    assert image.get_filename() == "été.png"


@pytest.mark.parametrize("name", ["a", "a@b>\r\nX: y", "é@x.example", "a b@x.example", "@x", "a@"])
def test_no_content_id_becomes_a_field(name: str) -> None:
    image = File("a.png", "image/png", b"x", name)
    with pytest.raises(DraftRefused):
        compose(replace(DRAFT, html="<p>a</p>", files=(image,)))
