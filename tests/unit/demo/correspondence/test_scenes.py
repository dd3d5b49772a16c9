"""The letters of the scenes are what the rules of tracking make of them."""

from datetime import UTC, datetime, timedelta

import pytest

from passerelle.demo.company import Desk, Person
from passerelle.demo.correspondence.scenes import (
    DESK,
    DRAWN,
    FILED,
    FOLDER,
    FRIEND,
    NEWSLETTER,
    UNNAMED,
    stage,
)
from passerelle.demo.mail_world.maildir import Maildir
from passerelle.demo.mail_world.post import Post
from passerelle.demo.router_files import hours_since_read
from passerelle.demo.staff import COLLEAGUE, GUIDE, TAGGED_ALIAS, WAITING_ALIAS
from passerelle.messages import Automatic, Message, parse
from passerelle.tracking import MatchingRules, traits_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def staged(post: Post) -> Post:
    assert stage(post, NOON) == 10
    return post


def inbox(post: Post, address: str) -> list[Message]:
    return [parse(file.read_bytes()) for file in post.maildir(address).unread()]


def filed(post: Post) -> list[Message]:
    folder = post.maildir(DESK.address).folder / f".{FOLDER.replace('/', '.')}"
    return [parse(file.read_bytes()) for file in Maildir(folder).unread()]


def addresses(message: Message) -> list[str]:
    return [sender(message), *(one.key for one in (*message.to, *message.cc))]


def sender(message: Message) -> str:
    assert message.sender is not None
    return message.sender.address


def test_a_newsletter_and_a_personal_letter_come_to_the_visitor(staged: Post) -> None:
    found = {sender(one): one for one in inbox(staged, GUIDE.address)}
    assert found[NEWSLETTER.address].automatic is not Automatic.NO
    assert found[FRIEND.address].subject.startswith("[Personnel]")


def test_a_drawing_stands_in_the_text_of_a_letter_to_the_visitor(staged: Post) -> None:
    (drawn,) = (one for one in inbox(staged, GUIDE.address) if one.subject == DRAWN)
    (image,) = drawn.attachments
    assert f"cid:{image.content_id}" in drawn.html


def test_the_answer_is_in_the_inbox_and_its_question_in_the_folder_only(staged: Post) -> None:
    (answer,) = (one for one in inbox(staged, DESK.address) if one.subject == f"Re: {FILED}")
    assert answer.in_reply_to in {one.message_id for one in filed(staged)}
    assert answer.in_reply_to not in {one.message_id for one in inbox(staged, DESK.address)}


def test_two_letters_are_alike_and_neither_names_the_other(staged: Post) -> None:
    alike = [one for one in inbox(staged, GUIDE.address) if UNNAMED in one.subject]
    assert [one.in_reply_to or "".join(one.references) for one in alike] == ["", ""]
    traits = [traits_of(one.subject, addresses(one), MatchingRules()) for one in alike]
    assert len(traits) == 2
    assert traits[0] == traits[1] is not None


def test_aliases_and_their_tags_end_in_the_mailbox_of_their_holder(staged: Post) -> None:
    for address, holder in ((TAGGED_ALIAS, DESK), (WAITING_ALIAS, COLLEAGUE)):
        found = [one.address for message in inbox(staged, holder.address) for one in message.to]
        assert address in found
        assert not (staged.folder / address).exists()


@pytest.mark.parametrize("owner", [GUIDE, DESK, COLLEAGUE], ids=lambda one: one.address)
def test_what_lies_in_an_inbox_came_after_the_router_had_read(
    staged: Post, owner: Person | Desk
) -> None:
    read_on = NOON - timedelta(hours=hours_since_read(owner))
    dates = [one.date for one in inbox(staged, owner.address)]
    assert all(date is not None and date > read_on for date in dates)
