"""The one rule of the mail world: who is on the road forwards everything as an attachment."""

from datetime import UTC, datetime

import pytest

from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import (
    ALIAS,
    FITTERS,
    FORWARD_MAILBOX,
    QUEUES,
    TAGGED_ALIAS,
    USERS,
)
from passerelle.messages import parse

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CONTENT = "From: a@b.example\r\nSubject: Été\r\nMessage-ID: <1@b.example>\r\n\r\nOuï.\r\n".encode()


def test_a_fitters_mail_is_forwarded_whole(post: Post) -> None:
    post.deliver("a@b.example", [FITTERS[0].address], CONTENT, NOON)
    (forward,) = post.maildir(FORWARD_MAILBOX.address).unread()
    (own,) = post.maildir(FITTERS[0].address).unread()
    message = parse(forward.read_bytes())
    assert message.sender is not None
    assert message.sender.address == FITTERS[0].address
    assert CONTENT in forward.read_bytes()
    assert CONTENT in own.read_bytes()


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        pytest.param(ALIAS, QUEUES[1].address, id="an-alias"),
        pytest.param(TAGGED_ALIAS.upper(), QUEUES[1].address, id="with-a-tag"),
        pytest.param(USERS[0].address.replace("@", "+a+b@"), USERS[0].address, id="two-tags"),
    ],
)
def test_further_addresses_end_in_one_mailbox(post: Post, address: str, owner: str) -> None:
    assert post.accepts(address)
    post.deliver("a@b.example", [address], CONTENT, NOON)
    (file,) = post.maildir(owner).unread()
    assert f"Delivered-To: {address}\r\n".encode() in file.read_bytes()


def test_a_tag_of_another_domain_is_its_own_affair(post: Post) -> None:
    post.deliver("a@b.example", ["c+d@b.example"], CONTENT, NOON)
    assert len(post.maildir("c+d@b.example").unread()) == 1


def test_nobody_is_known_by_a_tag_alone(post: Post) -> None:
    assert not post.accepts(f"nobody+sales@{QUEUES[1].address.rpartition('@')[2]}")


def test_nobody_elses_is(post: Post) -> None:
    post.deliver("a@b.example", [USERS[0].address], CONTENT, NOON)
    assert post.maildir(FORWARD_MAILBOX.address).unread() == []
