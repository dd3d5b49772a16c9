"""The one rule of the mail world: who is on the road forwards everything as an attachment."""

from datetime import UTC, datetime

from passerelle.demo.post import Post
from passerelle.demo.staff import FITTERS, FORWARD_MAILBOX, USERS
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


def test_nobody_elses_is(post: Post) -> None:
    post.deliver("a@b.example", [USERS[0].address], CONTENT, NOON)
    assert post.maildir(FORWARD_MAILBOX.address).unread() == []
