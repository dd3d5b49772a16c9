"""Smart matching: what is like an earlier email, what is not, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.made_up import (
    ACME,
    ALICE,
    SENT,
    addresses,
    answers,
    key,
    letter,
    reading,
)

from passerelle.messages import Address, Automatic, fold
from passerelle.tracking import (
    Answering,
    Answers,
    CorrelationMethod,
    Decision,
    Doubt,
    Filter,
    Incoming,
    Likely,
    Look,
    ReadingMailbox,
    Reason,
    StoredEmail,
    TokenFormat,
    Track,
    TrackingSettings,
    decide,
    make,
    people_as_octets,
    people_of_octets,
    replay,
    similar_asked,
    traits_of,
)
from passerelle.tracking.similar import (
    HASHES_MOST,
    PEOPLE_LEAST,
    likely,
    people_hashes,
    similar_email,
    subject_digest,
)

FORMS = (TokenFormat(),)
ON = TrackingSettings(smart_matching=True)
TRUSTED = TrackingSettings(smart_matching=True, smart_matching_trusted=True)
OFF = TrackingSettings()
MAY = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
BOX = ReadingMailbox("alice@firm.example", reading(ALICE, Filter.REPLIES).taker)
PEOPLE = ("alice@firm.example", "bob@firm.example", "cara@client.example")
SUBJECT = "Delivery of the second pump"
ANSWER = letter(
    subject=f"Re: {SUBJECT}",
    sender=Address("Cara", "Cara@client.example"),
    to=addresses("Alice@firm.example"),
    cc=addresses("bob@firm.example"),
    date=MAY,
)


def email(
    *people: str, subject: str = SUBJECT, days: float = 1.0, number: int = 50
) -> dict[int, tuple[Likely, ...]]:
    """What a question for the words of `subject` finds: one email to these people."""
    traits = traits_of(subject, people or PEOPLE, FORMS)
    assert traits is not None
    stored = replace(SENT, activityid=key(number), subject=subject)
    return {traits.subject: (Likely(stored, MAY - timedelta(days=days), traits.people),)}


def found(incoming: Incoming, similar: dict[int, tuple[Likely, ...]]) -> StoredEmail | None:
    return similar_email(incoming, Answers(similar=similar), ON, BOX)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("Re: Delivery of the second pump", id="with-a-mark"),
        pytest.param("RE: AW: DELIVERY OF THE SECOND PUMP", id="in-another-case"),
        pytest.param("the second pump, delivery of", id="not-with-other-signs"),
        pytest.param("pump second the of Delivery", id="in-another-order"),
        pytest.param(f"Delivery of the second pump {make(FORMS[0], 1, 7)}", id="with-a-token"),
        pytest.param("Délivery  of the   second púmp", id="with-accents-and-spaces"),
        pytest.param("Delivery of the second pump pump", id="with-a-word-twice"),
        pytest.param("Delivery of the third pump", id="not-with-another-word"),
        pytest.param("Delivery of the second pump today", id="not-with-one-more"),
        pytest.param("Delivery", id="not-one-word-alone"),
    ],
)
def test_whether_a_subject_is_the_same(subject: str, request: pytest.FixtureRequest) -> None:
    is_same = subject_digest(subject, FORMS) == subject_digest(SUBJECT, FORMS)
    assert is_same is not request.node.callspec.id.startswith("not-")


@pytest.mark.parametrize(
    ("people", "is_like"),
    [
        pytest.param(PEOPLE, True, id="two-besides-the-mailbox-that-is-read"),
        pytest.param(("cara@client.example", "BOB@firm.example"), True, id="in-any-case"),
        pytest.param(("alice@firm.example", "cara@client.example"), False, id="not-one-besides-it"),
        pytest.param(("x@other.example", "bob@firm.example"), False, id="not-one-and-a-stranger"),
    ],
)
def test_enough_people_are_the_same(people: tuple[str, ...], is_like: bool) -> None:
    assert (found(ANSWER, email(*people)) is not None) is is_like


@pytest.mark.parametrize(
    ("days", "is_like"),
    [
        pytest.param(90, True, id="ninety-days-before"),
        pytest.param(90.1, False, id="longer-before"),
        pytest.param(0, False, id="at-the-same-moment"),
        pytest.param(-1, False, id="after-it"),
    ],
)
def test_it_was_written_before_and_not_long_before(days: float, is_like: bool) -> None:
    assert (found(ANSWER, email(days=days)) is not None) is is_like


def test_the_newest_with_enough_people_counts() -> None:
    (digest, (first,)) = next(iter(email(days=3).items()))
    (second,) = email(days=2, number=51)[digest]
    (strange,) = email("x@y.example", "z@y.example", days=1, number=52)[digest]
    assert found(ANSWER, {digest: (first, strange, second)}) is second.email


@pytest.mark.parametrize(
    "incoming",
    [
        pytest.param(replace(ANSWER, subject=f"TR: {SUBJECT}"), id="a-forward"),
        pytest.param(replace(ANSWER, automatic=Automatic.AUTO_GENERATED), id="a-machine"),
        pytest.param(replace(ANSWER, automatic=Automatic.LIST), id="a-list"),
        pytest.param(replace(ANSWER, date=None), id="without-a-date"),
        pytest.param(replace(ANSWER, sender=None), id="of-nobody"),
        pytest.param(replace(ANSWER, subject="Re: Delivery"), id="one-word"),
        pytest.param(replace(ANSWER, test_id="t"), id="a-test"),
    ],
)
def test_what_asks_nothing(incoming: Incoming) -> None:
    assert not similar_asked([incoming], Answers(), ON)
    assert not likely(incoming, Answers(similar=email()), ON)


def test_only_what_answers_nothing_asks_and_only_where_it_is_on() -> None:
    named = replace(ANSWER, in_reply_to="<sent@firm.example>")
    known = Answers(emails={"<sent@firm.example>": (SENT,)})
    assert len(similar_asked([ANSWER, named, ANSWER], known, ON)) == 1
    assert not similar_asked([named], known, ON)
    assert not similar_asked([ANSWER], known, OFF)


def test_another_copy_of_what_is_stored_is_like_nothing() -> None:
    known = Answers(emails={ANSWER.message_id: (SENT,)}, similar=email())
    assert similar_email(ANSWER, known, ON, BOX) is None


def decided(
    incoming: Incoming, settings: TrackingSettings, similar: dict[int, tuple[Likely, ...]]
) -> Decision:
    known = replace(answers(alice=Filter.REPLIES), similar=similar)
    (decision,) = decide([incoming], known, settings, BOX)
    return decision


def test_it_is_proposed_and_nothing_follows_from_it() -> None:
    decision = decided(replace(ANSWER, by_hand=True), ON, email())
    assert isinstance(decision, Track)
    assert decision.correlated is not None
    assert decision.correlated.method is CorrelationMethod.SMART_MATCHING
    assert decision.correlated.doubt is Doubt.SIMILAR
    assert decision.regarding is None
    assert Look.SIMILAR in [looked.look for looked in decision.looked_at]
    assert decided(ANSWER, ON, email()).reason is Reason.NO_CORRELATION_MATCH


def test_or_joined_where_the_organization_trusts_it() -> None:
    decision = decided(ANSWER, TRUSTED, email())
    assert isinstance(decision, Track)
    assert decision.reason is Reason.CORRELATION_MATCH
    assert decision.correlated is not None
    assert decision.correlated.is_sure
    assert decision.regarding == ACME


def test_to_join_forwards_is_no_word_on_it_nor_the_other_way_round() -> None:
    forwards = replace(ON, forwards_are_replies=True)
    assert decided(ANSWER, forwards, email()).reason is Reason.NO_CORRELATION_MATCH
    named = replace(ANSWER, subject="Fwd: x", in_reply_to="<sent@firm.example>")
    known = replace(answers(alice=Filter.REPLIES), emails={"<sent@firm.example>": (SENT,)})
    (decision,) = decide([named], known, TRUSTED, BOX)
    assert decision.reason is Reason.NO_CORRELATION_MATCH


def test_other_rules_are_tried_on_what_it_found() -> None:
    case = decided(ANSWER, ON, email()).case  # type: ignore[union-attr]
    assert case is not None
    assert case.answering is Answering.SIMILAR
    assert replay(case, TRUSTED) is Reason.CORRELATION_MATCH
    assert replay(case, replace(ON, forwards_are_replies=True)) is Reason.NO_CORRELATION_MATCH


def test_the_trace_tells_what_was_looked_at_in_vain() -> None:
    decision = decided(ANSWER, ON, email("x@other.example", "bob@firm.example"))
    looked = next(one for one in decision.looked_at if one.look is Look.NOT_SIMILAR)
    assert dict(looked.facts) == {"count": 1, "least": PEOPLE_LEAST}


@pytest.mark.parametrize("settings", [ON, OFF])
def test_the_first_of_a_batch_is_known_to_the_second(settings: TrackingSettings) -> None:
    first = replace(
        ANSWER, activityid=key(7), digest=b"1", message_id="<1@x>", date=MAY - timedelta(1)
    )
    box = replace(BOX, taker=reading(ALICE, Filter.ALL).taker)
    _, second = decide([first, ANSWER], answers(), settings, box)
    assert isinstance(second, Track)
    assert (second.correlated is not None) is settings.smart_matching


def test_a_crowd_keeps_the_same_few_each_time() -> None:
    crowd = [f"p{number}@many.example" for number in range(500)]
    assert len(people_hashes(crowd)) == HASHES_MOST
    assert people_hashes(reversed(crowd)) == people_hashes(crowd)


words = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), max_size=12)


@given(words, st.randoms())
def test_no_order_and_no_case_changes_a_subject(subject: list[str], random: object) -> None:
    shuffled = list(subject)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (subject_digest(f"x {' '.join(each)}", ()) for each in (subject, shuffled))
    assert one == other or len(fold(" ".join(subject))) > 150
    assert one is None or -(2**63) <= one < 2**63


@given(st.frozensets(st.binary(min_size=8, max_size=8), max_size=20))
def test_people_come_back_as_they_were_kept(people: frozenset[bytes]) -> None:
    assert people_of_octets(people_as_octets(people)) == people
