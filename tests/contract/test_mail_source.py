"""Every `MailSource` keeps the same promises: in memory, Dovecot by IMAP and POP3, pymap."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.contract.worlds import Mailbox

from passerelle.faults.mail.protocols import PlaceChanged
from passerelle.protocols.interfaces import (
    Cursor,
    Limits,
    Listing,
    MailMover,
    MailSource,
    Moves,
)

NOW = datetime.now(UTC).replace(microsecond=0)


def message(number: int, *, body: str = "hello\r\n", received: datetime = NOW) -> bytes:
    """A message as it lies on disk; its Received is what POP3 knows of its date."""
    # pymap 0.36 folds header lines above 78 characters anew: these are shorter.
    return (
        f"Received: from mx.example.com; {format_datetime(received)}\r\n"
        f"Message-ID: <{number}@example.com>\r\nSubject: number {number}\r\n\r\n{body}"
    ).encode()


@contextlib.contextmanager
def opened(mailbox: Mailbox, limits: Limits | None = None) -> Iterator[MailSource]:
    source = mailbox.open(limits)
    try:
        yield source
    finally:
        source.close()


def fill(mailbox: Mailbox, numbers: Sequence[int]) -> None:
    for number in numbers:
        received = NOW + timedelta(seconds=number - 1000)
        mailbox.deliver(message(number, received=received), received=received)


def after(listing: Listing, cursor: Cursor) -> Cursor:
    """The cursor of a cycle that took everything."""
    last = max([cursor.last_uid, *(item.uid for item in listing.items)])
    seen = frozenset(item.uidl for item in listing.items if item.uidl)
    return Cursor(listing.uid_validity, last, cursor.seen | seen)


def subjects(source: MailSource, listing: Listing) -> list[int]:
    return [
        int(each.data.split(b"number ")[1].split(b"\r\n")[0]) for each in source.read(listing.items)
    ]


def test_an_empty_mailbox_lists_nothing(mailbox: Mailbox) -> None:
    with opened(mailbox) as source:
        assert source.list_new(Cursor(), None).items == ()


def test_everything_is_new_at_first_and_oldest_first(mailbox: Mailbox) -> None:
    fill(mailbox, range(1, 8))
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        uids = [item.uid for item in listing.items]
        assert uids == sorted(uids)
        assert mailbox.ordered(subjects(source, listing)) == [1, 2, 3, 4, 5, 6, 7]


def test_after_the_cursor_only_what_came_later_is_new(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2])
    with opened(mailbox) as source:
        cursor = after(source.list_new(Cursor(), None), Cursor())
        assert source.list_new(cursor, None).items == ()
        fill(mailbox, [3])
        assert subjects(source, source.list_new(cursor, None)) == [3]


def test_the_order_asked_for_is_the_order_given(mailbox: Mailbox) -> None:
    fill(mailbox, range(1, 6))
    with opened(mailbox) as source:
        items = source.list_new(Cursor(), None).items
        asked = [items[3], items[0], items[4]]
        assert [each.listed for each in source.read(asked)] == asked


def test_more_messages_than_one_batch_are_read_once_each(mailbox: Mailbox) -> None:
    fill(mailbox, range(1, 231))
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        assert mailbox.ordered(subjects(source, listing)) == list(range(1, 231))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param(".\r\n..\r\n.x\r\n", id="lines that begin with dots"),
        pytest.param("a" * 5_000 + "\r\n", id="a line longer than RFC 5322 allows"),
        pytest.param("été\r\n", id="eight bits"),
        pytest.param("x) {12}\r\n* 1 FETCH (FLAGS ())\r\nP1 OK done\r\n", id="looks like IMAP"),
        pytest.param("+OK\r\n-ERR\r\n", id="looks like POP3"),
        pytest.param("0123456789abcde\r\n" * 40_000, id="more than the buffer of the wire"),
    ],
)
def test_a_message_comes_as_it_is(mailbox: Mailbox, body: str) -> None:
    raw = message(1, body=body)
    mailbox.deliver(raw)
    with opened(mailbox) as source:
        (got,) = source.read(source.list_new(Cursor(), None).items)
        assert (got.data, got.whole) == (raw, True)


def test_line_ends_are_crlf_whatever_lies_on_disk(mailbox: Mailbox) -> None:
    mailbox.deliver(b"Subject: number 1\n\nfirst\nsecond\n")
    with opened(mailbox) as source:
        (got,) = source.read(source.list_new(Cursor(), None).items)
        assert got.data == b"Subject: number 1\r\n\r\nfirst\r\nsecond\r\n"


def test_a_message_above_the_limit_comes_by_its_headers(mailbox: Mailbox) -> None:
    mailbox.deliver(message(1, body="x" * 70 + "\r\n"))
    mailbox.deliver(message(2, body=("y" * 70 + "\r\n") * 100))
    mailbox.deliver(message(3))
    with opened(mailbox, Limits(message_bytes=3_000)) as source:
        listing = source.list_new(Cursor(), None)
        got = list(source.read(listing.items))
        by_subject = sorted((b"number 2" in each.data, each.whole) for each in got)
        assert by_subject == [(False, True), (False, True), (True, False)]
        (large,) = (each for each in got if not each.whole)
        assert b"yyy" not in large.data


def test_a_message_of_unknown_size_comes_like_any_other(mailbox: Mailbox) -> None:
    """What was listed long ago is read by its place alone."""
    large = message(2, body=("y" * 70 + "\r\n") * 100_000)
    fill(mailbox, [1])
    mailbox.deliver(large)
    with opened(mailbox) as source:
        listed = source.list_new(Cursor(), None).items
        got = list(source.read([replace(item, size=0) for item in listed]))
        assert large in [each.data for each in got]
        assert (len(got), all(each.whole for each in got)) == (2, True)
    with opened(mailbox, Limits(message_bytes=1_000_000)) as source:
        source.list_new(Cursor(), None)
        got = list(source.read([replace(item, size=0) for item in listed]))
        assert sorted(each.whole for each in got) == [False, True]


def test_older_messages_are_left_out(mailbox: Mailbox) -> None:
    for number, age in enumerate((72, 30, 2, 1), start=1):
        received = NOW - timedelta(hours=age)
        mailbox.deliver(message(number, received=received), received=received)
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), NOW - timedelta(hours=3))
        assert mailbox.ordered(subjects(source, listing)) == [3, 4]
        # POP3 has to remember what it leaves out, so that its headers are not read again.
        assert len(listing.present) == (0 if mailbox.has_uids else 4)


def test_one_that_is_gone_is_left_out(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2, 3])
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        assert source.find_and_remove("<2@example.com>")
        assert mailbox.ordered(subjects(source, listing)) == [1, 3]


def test_a_message_is_found_by_its_whole_id_only(mailbox: Mailbox) -> None:
    fill(mailbox, [11])
    with opened(mailbox) as source:
        assert source.find("<11@example.com>")
        assert source.find("11@example.com")
        assert not source.find("<1@example.com>")
        assert not source.find('<"11@example.com\r\nA1 LOGOUT>')


def test_find_sees_what_came_meanwhile(mailbox: Mailbox) -> None:
    with opened(mailbox) as source:
        assert not source.find("<5@example.com>")
        fill(mailbox, [5])
        assert source.find("<5@example.com>")


def test_exactly_one_message_is_removed(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2, 3])
    with opened(mailbox) as source:
        assert source.find_and_remove("<2@example.com>")
        assert not source.find_and_remove("<2@example.com>")
        assert mailbox.ordered(subjects(source, source.list_new(Cursor(), None))) == [1, 3]


def test_the_messages_named_are_removed_and_no_others(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2, 3, 4])
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        named = [
            one.listed
            for one in source.read(listing.items)
            if b"number 2\r" in one.data or b"number 4\r" in one.data
        ]
        source.remove(listing.uid_validity, named)
        source.remove(listing.uid_validity, named)  # done again after a kill
        left = source.list_new(Cursor(), None)
        assert mailbox.ordered(subjects(source, left)) == [1, 3]


def test_nothing_is_removed_from_another_epoch(mailbox: Mailbox) -> None:
    fill(mailbox, [1])
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        if mailbox.has_uids:
            with pytest.raises(PlaceChanged):
                source.remove(listing.uid_validity + 1, listing.items)
            assert len(source.list_new(Cursor(), None).items) == 1


def test_messages_are_moved_to_a_folder_that_is_made(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2])
    if not mailbox.has_uids:
        return  # POP3 has no folders
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        assert isinstance(source, MailMover)
        assert source.moves is Moves.AT_ONCE
        uids = [listing.items[0].uid]
        source.move(listing.uid_validity, uids, "Undeliverable")
        source.move(listing.uid_validity, uids, "Undeliverable")  # done again after a kill
        assert len(source.list_new(Cursor(), None).items) == 1
        with pytest.raises(PlaceChanged):
            source.move(listing.uid_validity + 1, uids, "Undeliverable")


NAMELESS = b"Subject: nameless\r\n\r\nText\r\n"


def test_copies_are_told_and_found_again(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2])
    for _ in range(2):  # alike in every byte, and without a Message-ID
        mailbox.deliver(NAMELESS)
    if not mailbox.has_uids:
        return
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        assert isinstance(source, MailMover)
        validity, uids = listing.uid_validity, [item.uid for item in listing.items]
        first = source.end_of("Marked – été")
        assert set(source.copies(validity, uids, "Marked – été", first).values()) == {False}
        alike = [raw.listed.uid for raw in source.read(listing.items) if raw.data == NAMELESS]
        named = next(uid for uid in uids if uid not in alike)
        asked = [named, alike[0], 4_000_000]  # of which the last is gone
        assert source.copy(validity, asked, "Marked – été") == {named, alike[0]}
        if not mailbox.sizes_copies:
            return
        copies = source.copies(validity, uids, "Marked – été", first)
        assert (copies[named], sum(copies[uid] for uid in alike)) == (True, 1)
        assert (len(copies), sum(copies.values())) == (4, 2)
        later = source.end_of("Marked – été")
        assert set(source.copies(validity, uids, "Marked – été", later).values()) == {False}
        assert len(source.list_new(Cursor(), None).items) == 4
        with pytest.raises(PlaceChanged):
            source.copy(validity + 1, uids, "Marked – été")
        with pytest.raises(PlaceChanged):
            source.copies(validity + 1, uids, "Marked – été", first)


def test_what_is_there_twice_stays(mailbox: Mailbox) -> None:
    fill(mailbox, [1])
    mailbox.deliver(message(1, body="a copy\r\n"))
    with opened(mailbox) as source:
        assert not source.find_and_remove("<1@example.com>")
        assert len(source.list_new(Cursor(), None).items) == 2


def test_a_reader_that_gives_up_leaves_the_connection_usable(mailbox: Mailbox) -> None:
    fill(mailbox, range(1, 231))
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        reading = source.read(listing.items)
        first = next(reading)
        del reading
        assert len(source.list_new(Cursor(), None).items) == 230
        again = list(source.read(listing.items))
        assert (again[0], len(again)) == (first, 230)


def test_a_place_of_another_epoch_is_not_touched(mailbox: Mailbox) -> None:
    fill(mailbox, [1])
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(), None)
        uid = listing.items[0].uid
        if not mailbox.has_uids:
            source.mark(0, [uid], "$Tracked")  # POP3 has nothing to mark, and says nothing
            return
        source.mark(listing.uid_validity, [uid], "$Tracked")
        with pytest.raises(PlaceChanged):
            source.mark(listing.uid_validity + 1, [uid], "$Tracked")


def test_a_cursor_of_another_epoch_makes_everything_new(mailbox: Mailbox) -> None:
    fill(mailbox, [1, 2])
    with opened(mailbox) as source:
        listing = source.list_new(Cursor(uid_validity=987, last_uid=2), None)
        assert len(listing.items) == 2


def test_closing_twice_is_no_fault(mailbox: Mailbox) -> None:
    source = mailbox.open()
    source.close()
    source.close()
