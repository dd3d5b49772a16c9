"""When two messages are one, and when two texts are the same."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import Address, identity, parse, same_text
from passerelle.messages.headers.identity import _normal

FIRST = parse(
    b"From: A@Example.com\r\nMessage-ID: <a@b>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\n\r\nHello"
)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"subject": "other"}, True, id="a-list-changed-the-subject"),
        pytest.param({"text": "other"}, True, id="text-does-not-count-beside-an-id"),
        pytest.param({"sender": Address("N", "a@example.com")}, True, id="case-and-name"),
        pytest.param({"sender": Address("", "b@example.com")}, False, id="another-sender"),
        pytest.param({"message_id": "<a@c>"}, False, id="another-id"),
        pytest.param({"date": None}, False, id="another-date"),
    ],
)
def test_identity(change: dict[str, object], same: bool) -> None:
    other = replace(FIRST, **change)  # type: ignore[arg-type]
    assert (identity(other).digest == identity(FIRST).digest) is same


def test_without_an_id_the_text_counts() -> None:
    one = replace(FIRST, message_id="")
    assert identity(one).digest != identity(replace(one, text="other")).digest
    assert identity(one).digest == identity(replace(one, text="  Hello\n")).digest


ALARM = parse(
    b"From: ups@plant.example\r\nTo: anna@example.com\r\nSubject: UPS 1 on battery\r\n"
    b"Received: from ups by mx.example.com; Mon, 1 Jan 2024 10:00:00 +0100\r\n\r\n"
)
LATER = ALARM.received + timedelta(days=1) if ALARM.received else None


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({}, True, id="read-a-second-time"),
        pytest.param({"subject": "UPS 2 on battery"}, False, id="another-device"),
        pytest.param({"received": LATER}, False, id="the-next-day"),
        pytest.param({"subject": " ups 1: on battery"}, True, id="only-words-count"),
    ],
)
def test_an_alarm_without_id_and_date_says_something_new_each_time(
    change: dict[str, object], *, same: bool
) -> None:
    other = replace(ALARM, **change)  # type: ignore[arg-type]
    assert (identity(other).digest == identity(ALARM).digest) is same


def test_where_there_is_a_date_that_of_the_last_server_does_not_count() -> None:
    """Two recipients have the same email from two servers."""
    one = replace(FIRST, message_id="", received=ALARM.received)
    assert identity(one).digest == identity(replace(one, received=LATER)).digest


def test_an_overlong_id_counts_whole() -> None:
    long = "<" + "x" * 5_000
    one, other = replace(FIRST, message_id=long + "1>"), replace(FIRST, message_id=long + "2>")
    assert identity(one).digest != identity(other).digest


LETTER = "Dear Jane,\nthe meeting is on Monday at ten in the usual place.\nRegards, Bob"
FOOTER = "\n\n_______________\nlist mailing list\nhttps://lists.example/list"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(LETTER, LETTER, True, id="equal"),
        pytest.param(LETTER, LETTER.replace("\n", "\r\n  "), True, id="other-spaces"),
        pytest.param(LETTER, LETTER.replace("\n", " "), True, id="wrapped-anew"),
        pytest.param(LETTER, LETTER + FOOTER, True, id="a-list-added-its-footer"),
        pytest.param(LETTER + FOOTER, LETTER, True, id="a-footer-was-lost"),
        pytest.param("Yes", "Yes" + FOOTER, True, id="a-footer-below-a-short-text"),
        pytest.param(LETTER, LETTER + "\n\nScanned, clean.", True, id="a-short-unmarked-footer"),
        pytest.param("Yes", "Yes\n\nbut only if you pay first", False, id="more-than-a-footer"),
        pytest.param("Yes", "Yes, but", False, id="more-on-the-same-line"),
        pytest.param(LETTER, LETTER.replace("Monday", "Friday"), False, id="one-word-differs"),
        pytest.param(LETTER, LETTER + "\n-- \n" + "x " * 1_000, False, id="too-long-for-a-footer"),
        pytest.param(LETTER, "", False, id="a-text-and-none"),
        pytest.param("", "", True, id="none-and-none"),
        pytest.param("a", "b", False, id="other-text"),
        pytest.param("ab c", "a\nb c\n\n-- \nf", False, id="words-cut-elsewhere"),
        pytest.param(
            "a\n" * 50_000, "a\n" * 50_000 + "-- \nf", True, id="many-lines-in-linear-time"
        ),
    ],
)
def test_same_text(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same
    assert same_text(other, one) is same


@given(st.text() | st.text(st.sampled_from("aÉß\xb5_ \n\r\t\xa0.-²ªœ’“—…€\u202f\u200b")))
def test_only_words_count_however_they_are_written(text: str) -> None:
    """The quick way of Western European texts says what the rule says."""
    assert _normal(text) == re.sub(r"[^\w]+", " ", text).strip().casefold()
