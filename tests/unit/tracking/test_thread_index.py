"""Thread-Index: conversations, and what goes on from what."""

import pytest
from tests.unit.tracking.made_up import COLLECTOR, SENT, answers, key, letter

from passerelle.messages import HeaderFacts
from passerelle.tracking import (
    Answers,
    CorrelationMethod,
    Direction,
    Incoming,
    StoredEmail,
    Track,
    TrackingSettings,
    decide,
)
from passerelle.tracking.correlating import correlate
from passerelle.tracking.thread_index import answered_email, conversation_hash

FIRST = bytes(range(22))
ANSWER = FIRST + b"answer"[:5]
SECOND = ANSWER + b"secon"
OTHER = bytes(reversed(range(22)))


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
    by_index = correlate(incoming(ANSWER), known, TrackingSettings())
    assert by_index is not None
    assert (by_index.email, by_index.method) == (first, CorrelationMethod.CONVERSATION_INDEX)
    by_id = correlate(
        incoming(ANSWER, in_reply_to="<sent@firm.example>"), known, TrackingSettings()
    )
    assert by_id is not None
    assert by_id.email == SENT
    assert correlate(incoming(ANSWER), known, TrackingSettings(correlation=False)) is None


def test_one_of_the_same_batch_is_answered_without_any_message_id() -> None:
    batch = [
        incoming(FIRST, activityid=key(101), digest=b"1", message_id=""),
        incoming(ANSWER, activityid=key(102), digest=b"2", message_id=""),
    ]
    _, second = decide(batch, answers(), TrackingSettings(), COLLECTOR)
    assert isinstance(second, Track)
    assert second.correlated is not None
    assert second.correlated.email.activityid == key(101)
