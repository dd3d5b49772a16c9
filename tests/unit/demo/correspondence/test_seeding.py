"""The letters of the beginning, read back by the product's own parser."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from passerelle.demo.company import contacts
from passerelle.demo.correspondence.oddities import Case, oddities
from passerelle.demo.correspondence.seeding import seed
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import EVERYBODY, FITTERS, FORWARD_MAILBOX, USERS
from passerelle.messages import Automatic, Kind, letter_of, parse
from passerelle.tracking import is_forward

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CASE = Case(contacts()[0], EVERYBODY[0], NOON)
ODD = {write.__name__: write(CASE) for write in oddities()}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """One world for all tests that only look at it."""
    return _seed(tmp_path_factory.mktemp("seeded") / "mail")


def test_every_mailbox_has_letters_and_most_are_of_today(seeded: Post) -> None:
    arrived = [
        datetime.fromtimestamp(file.stat().st_mtime, UTC)
        for one in EVERYBODY
        for file in seeded.maildir(one.address).unread()
    ]
    assert all(seeded.maildir(one.address).unread() for one in EVERYBODY)
    assert 450 <= len(arrived) <= 600
    today = [moment for moment in arrived if NOON - timedelta(days=1) <= moment <= NOON]
    assert len(today) >= len(arrived) / 2
    assert max(arrived) < NOON


def test_answers_name_letters_that_exist(seeded: Post) -> None:
    folders = list(seeded.folder.iterdir())
    messages = [parse(file.read_bytes()) for folder in folders for file in folder.glob("**/new/*")]
    known = {message.message_id for message in messages}
    answers = [message for message in messages if message.in_reply_to]
    assert len(answers) > 200
    assert all(answer.in_reply_to in known for answer in answers)


def test_some_customers_forward_an_old_thread(seeded: Post) -> None:
    kept = [
        parse(file.read_bytes()) for one in USERS for file in seeded.maildir(one.address).unread()
    ]
    known = {message.message_id for message in kept}
    forwards = [one for one in kept if one.in_reply_to and is_forward(one.subject)]
    assert len(forwards) >= 5
    assert {one.subject[:2] for one in forwards} == {"FW", "TR"}
    assert all(one.in_reply_to in known for one in forwards)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("euro_sign", "Le total est de 1 250 €"),
        ("typographic_quotes", "The “brass” finish – as agreed – isn’t"),
        ("russian", "Здравствуйте"),
        ("chinese", "请把产品目录发给我们"),
        ("unlabelled", "Nous fermons à midi en août."),
        ("html_only", "our order is confirmed"),
        ("double_declared", "See you at the café"),
    ],
)
def test_odd_texts_can_be_read(name: str, words: str) -> None:
    assert words in parse(ODD[name]).text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("euro_sign", "Total de 1\N{NO-BREAK SPACE}250 €"),
        ("russian", "Каталог"),
        ("chinese", "产品目录"),
        ("raw_headers", "Réunion à 14 h – salle Étoile"),
        ("long_file_names", "Plans du rez-de-chaussée"),
        ("personal", "[Personnel] Dîner jeudi"),
    ],
)
def test_odd_subjects_can_be_read(name: str, subject: str) -> None:
    assert parse(ODD[name]).subject == subject


def test_automatic_letters_are_seen_as_such() -> None:
    kinds = {name: parse(content).automatic for name, content in ODD.items()}
    ordinary = {name for name, kind in kinds.items() if kind is Automatic.NO}
    assert not ordinary & {"newsletter", "french_newsletter", "out_of_office", "bounce"}
    assert {"euro_sign", "html_only", "forwarded"} <= ordinary


def test_every_oddity_is_a_different_letter() -> None:
    assert len(ODD) == 20


def test_a_picture_stands_in_its_text() -> None:
    letter = letter_of(ODD["picture_in_text"])
    assert letter is not None
    assert 'alt="Teinte"' in letter.shown(remote=False).html
    assert next(iter(letter.pictures)) in letter.source
    [picture] = parse(ODD["picture_in_text"]).attachments
    assert (picture.filename, picture.inline) == ("teinte.png", True)


def test_odd_attachments_are_known_for_what_they_are() -> None:
    packed = parse(ODD["packed_by_outlook"]).attachments
    assert [(one.filename, one.kind) for one in packed] == [
        ("winmail.dat", Kind.TNEF),
        ("Devis n° 1187.pdf", Kind.FILE),
    ]
    sealed = parse(ODD["encrypted"])
    assert {one.kind for one in sealed.attachments} == {Kind.PGP_ENCRYPTED}
    assert sealed.text == ""
    meeting = parse(ODD["invitation"]).attachments
    assert [one.kind for one in meeting] == [Kind.MEETING_REQUEST]


def test_each_world_holds_the_same_letters(seeded: Post, tmp_path: Path) -> None:
    assert _contents(seeded) == _contents(_seed(tmp_path / "other"))


def test_what_a_rule_forwards_is_attached_whole(seeded: Post) -> None:
    forwards = [file.read_bytes() for file in seeded.maildir(FORWARD_MAILBOX.address).unread()]
    own = [file for one in FITTERS for file in seeded.maildir(one.address).unread()]
    assert len(forwards) == len(own) > 5
    assert all(b"Content-Type: message/rfc822" in content for content in forwards)


def _seed(folder: Path) -> Post:
    post = Post(folder, durable=False)
    post.make()
    assert 550 <= seed(post, NOON) <= 650
    return post


def _contents(post: Post) -> list[bytes]:
    return sorted(file.read_bytes() for file in post.folder.glob("**/new/*"))
