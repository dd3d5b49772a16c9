"""Thread-Index: conversations, and what goes on from what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.made_up import COLLECTOR, SENT, answers, key, letter

from passerelle.messages import THREAD_INDEX_MOST, HeaderFacts
from passerelle.tracking import (
    Answers,
    CorrelationMethod,
    Direction,
    Incoming,
    StoredEmail,
    Track,
    TrackingSettings,
    begun_index,
    continued_index,
    decide,
)
from passerelle.tracking.belonging.correlating import correlate
from passerelle.tracking.belonging.thread_index import answered_email, conversation_hash

FIRST = bytes(range(22))
ANSWER = FIRST + b"answer"[:5]
SECOND = ANSWER + b"secon"
OTHER = bytes(reversed(range(22)))
MAY = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
gaps = st.timedeltas(timedelta(days=-400), timedelta(days=4_000))


def stored(number: int, index: bytes) -> StoredEmail:
    return StoredEmail(key(number), Direction.INCOMING, thread_index=index)


def incoming(index: bytes, **changes: object) -> Incoming:
    return letter(header_facts=HeaderFacts(thread_index=index), **changes)


@pytest.mark.parametrize(
    ("index", "known", "found"),
    [
        pytest.param(ANSWER, [FIRST], FIRST, id="an-answer-goes-on-from-the-first"),
        pytest.param(SECOND, [FIRST, ANSWER], ANSWER, id="the-nearest-counts"),
        pytest.param(SECOND, [FIRST], FIRST, id="one-between-may-be-missing"),
        pytest.param(FIRST, [FIRST], None, id="the-same-is-no-answer-to-it"),
        pytest.param(FIRST, [ANSWER], None, id="nor-is-what-comes-before"),
        pytest.param(ANSWER, [FIRST + b"other"], None, id="nor-is-another-answer"),
        pytest.param(ANSWER, [OTHER, b"", FIRST[:10]], None, id="nor-is-another-conversation"),
    ],
)
def test_what_goes_on_from_what(index: bytes, known: list[bytes], found: bytes | None) -> None:
    emails = [stored(number, one) for number, one in enumerate(known, 60)]
    answered = answered_email(index, emails)
    assert (answered.thread_index if answered else None) == found


def test_a_conversation_has_one_hash_that_both_databases_hold() -> None:
    hashes = {conversation_hash(one) for one in (FIRST, ANSWER, SECOND)}
    assert len(hashes) == 1
    assert conversation_hash(OTHER) not in hashes
    assert all(-(2**63) <= (one or 0) < 2**63 for one in hashes)
    assert conversation_hash(b"") is None


def test_it_is_asked_last_and_not_where_answers_are_not_looked_for() -> None:
    first = stored(60, FIRST)
    found = conversation_hash(FIRST)
    assert found is not None
    known = Answers(conversations={found: (first,)}, emails={"<sent@firm.example>": (SENT,)})
    by_index = correlate(incoming(ANSWER), known, TrackingSettings(), COLLECTOR)
    assert by_index is not None
    assert (by_index.email, by_index.method) == (first, CorrelationMethod.CONVERSATION_INDEX)
    by_id = correlate(
        incoming(ANSWER, in_reply_to="<sent@firm.example>"), known, TrackingSettings(), COLLECTOR
    )
    assert by_id is not None
    assert by_id.email == SENT
    off = TrackingSettings(correlation=False)
    assert correlate(incoming(ANSWER), known, off, COLLECTOR) is None


def test_one_of_the_same_batch_is_answered_without_any_message_id() -> None:
    batch = [
        incoming(FIRST, activityid=key(101), digest=b"1", message_id=""),
        incoming(ANSWER, activityid=key(102), digest=b"2", message_id=""),
    ]
    _, second = decide(batch, answers(), TrackingSettings(), COLLECTOR)
    assert isinstance(second, Track)
    assert second.correlated is not None
    assert second.correlated.email.activityid == key(101)


def test_what_is_written_is_what_the_specification_says() -> None:
    """1, the five octets of a FILETIME behind its first, and 16 that are nobody else's."""
    begun = begun_index(MAY, key(1))
    ticks = int.from_bytes(begun[:6], "big") << 16
    assert begun[0] == 1
    assert begun[6:] == key(1).bytes
    moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    assert timedelta(0) <= MAY - moment < timedelta(milliseconds=7)


@pytest.mark.parametrize(
    ("gap", "code", "octets"),
    [
        pytest.param(timedelta(hours=1), 0, 18, id="near-in-small-steps"),
        pytest.param(timedelta(days=900), 1, 23, id="far-in-large-ones"),
    ],
)
def test_an_answer_tells_how_long_after(gap: timedelta, code: int, octets: int) -> None:
    begun = begun_index(MAY, key(1))
    answer = continued_index(begun, MAY + gap, key(2))
    delta = int.from_bytes(answer[22:26], "big")
    assert delta >> 31 == code
    told = timedelta(microseconds=((delta & (1 << 31) - 1) << octets) // 10)
    assert abs(gap - told) < timedelta(seconds=1)


@given(st.lists(gaps, min_size=1, max_size=60), st.integers(0, 2**64))
def test_what_goes_on_from_an_email_is_found_to_answer_it(
    since: list[timedelta], seed: int
) -> None:
    """Whatever the clocks say; until it is too long, and then it says nothing."""
    thread = [begun_index(MAY, key(seed))]
    for number, gap in enumerate(since):
        index = continued_index(thread[-1], MAY + gap, key(seed + number))
        if not index:
            assert len(thread[-1]) + 5 > THREAD_INDEX_MOST
            break
        emails = [stored(at, one) for at, one in enumerate(thread)]
        assert answered_email(index, emails) == emails[-1]
        assert conversation_hash(index) == conversation_hash(thread[0])
        thread.append(index)


def test_a_conversation_that_is_too_long_has_no_further_index() -> None:
    longest = bytes(THREAD_INDEX_MOST - 5)
    assert len(continued_index(longest, MAY, key(2))) == THREAD_INDEX_MOST
    assert continued_index(longest + b"x", MAY, key(2)) == b""


def test_two_answers_at_one_moment_are_two() -> None:
    begun = begun_index(MAY, key(1))
    assert continued_index(begun, MAY, key(2)) != continued_index(begun, MAY, key(3))
