from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.demo.mail_world.maildir import Maildir


@pytest.fixture
def maildir(tmp_path: Path) -> Maildir:
    made = Maildir(tmp_path / "box")
    made.make()
    return made


def test_delivered_mail_is_whole_and_in_crlf(maildir: Maildir) -> None:
    key = maildir.deliver(b"Subject: a\n\nb\r\nc\rd")
    assert maildir.read(key) == b"Subject: a\r\n\r\nb\r\nc\r\nd"
    assert list((maildir.folder / "tmp").iterdir()) == []


def test_entries_stand_in_the_order_of_arrival(maildir: Maildir) -> None:
    late = maildir.deliver(b"late", datetime(2026, 3, 2, tzinfo=UTC))
    early = maildir.deliver(b"early", datetime(2026, 3, 1, tzinfo=UTC))
    assert [entry.key for entry in maildir.entries()] == [early, late]


def test_a_key_survives_being_read_by_another_server(maildir: Maildir) -> None:
    key = maildir.deliver(b"text")
    maildir.mark_read(maildir.unread()[0])
    assert maildir.unread() == []
    assert [entry.key for entry in maildir.entries()] == [key]
    assert maildir.read(key) == b"text"


def test_removed_mail_is_gone(maildir: Maildir) -> None:
    key = maildir.deliver(b"text")
    maildir.remove(key)
    maildir.remove(key)
    assert maildir.read(key) is None
    assert maildir.entries() == []
