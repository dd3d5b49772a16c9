"""Smart matching: what is like an earlier email, what is not, and what follows."""

from collections.abc import Mapping
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
    MatchingRules,
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
from passerelle.tracking.belonging.similar import (
    DIGESTS_MOST,
    left_out_most,
    likely,
    people_hashes,
    similar_email,
    subject_digests,
)

RULES = MatchingRules()
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
    traits = traits_of(subject, people or PEOPLE, RULES)
    assert traits is not None
    stored = replace(SENT, activityid=key(number), subject=subject)
    kept = Likely(stored, MAY - timedelta(days=days), traits.people)
    return {traits.subjects[0]: (kept,)}


def found(
    incoming: Incoming, similar: Mapping[int, tuple[Likely, ...]], rules: MatchingRules = RULES
) -> StoredEmail | None:
    return similar_email(incoming, Answers(similar=similar), replace(ON, matching=rules), BOX)


def are_alike(one: str, other: str, rules: MatchingRules) -> bool:
    """Whether an index of digests finds the one by the other."""
    return not set(subject_digests(one, rules)).isdisjoint(subject_digests(other, rules))


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("Re: Delivery of the second pump", id="with-a-mark"),
        pytest.param("RE: AW: DELIVERY OF THE SECOND PUMP", id="in-another-case"),
        pytest.param("the second pump, delivery of", id="not-with-other-signs"),
        pytest.param("pump second the of Delivery", id="in-another-order"),
        pytest.param(f"Delivery of the second pump {make(TokenFormat(), 1, 7)}", id="with-a-token"),
        pytest.param("Délivery  of the   second púmp", id="with-accents-and-spaces"),
        pytest.param("Delivery of the second pump pump", id="with-a-word-twice"),
        pytest.param("Delivery of the third pump", id="not-with-another-word"),
        pytest.param("Delivery of the second pump today", id="not-with-one-more"),
        pytest.param("Delivery", id="not-one-word-alone"),
    ],
)
def test_whether_a_subject_is_the_same(subject: str, request: pytest.FixtureRequest) -> None:
    assert are_alike(subject, SUBJECT, RULES) is not request.node.callspec.id.startswith("not-")


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
    assert dict(looked.facts) == {"count": 1, "least": RULES.people_least}


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
    assert len(people_hashes(crowd, RULES)) == RULES.hashes_most
    assert people_hashes(reversed(crowd), RULES) == people_hashes(crowd, RULES)


# -- words by which subjects may differ


@pytest.mark.parametrize(
    ("subject", "apart"),
    [
        pytest.param("Delivery of the second pump", 0, id="the-same"),
        pytest.param("Delivery of the third pump", 1, id="another-word"),
        pytest.param("Delivery of the second pump today", 1, id="one-more"),
        pytest.param("Delivery of second pump", 1, id="one-fewer"),
        pytest.param("Return of the third pump", 2, id="two-others"),
        pytest.param("Delivery of the second", 1, id="its-end-cut-off"),
        pytest.param("the second pump", 2, id="two-fewer"),
        pytest.param("Delivery of our third pump today", None, id="three-of-five"),
        pytest.param("Delivery of", None, id="too-few-left"),
    ],
)
def test_by_how_many_words_a_subject_may_differ(subject: str, apart: int | None) -> None:
    found_from = [
        most for most in range(4) if are_alike(subject, SUBJECT, MatchingRules(words_apart=most))
    ]
    assert found_from == ([] if apart is None else list(range(apart, 4)))


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        pytest.param(2, [0, 0, 0, 0], id="none-of-two"),
        pytest.param(3, [0, 1, 1, 1], id="one-of-three"),
        pytest.param(4, [0, 1, 1, 1], id="never-half"),
        pytest.param(5, [0, 1, 2, 2], id="two-of-five"),
        pytest.param(8, [0, 1, 2, 3], id="three-of-eight-in-93-ways"),
        pytest.param(9, [0, 1, 2, 2], id="two-of-nine-as-three-have-130-ways"),
        pytest.param(13, [0, 1, 2, 2], id="two-of-thirteen-in-92-ways"),
        pytest.param(14, [0, 1, 1, 1], id="one-of-fourteen"),
        pytest.param(20, [0, 1, 1, 1], id="one-of-twenty"),
    ],
)
def test_of_how_many_words_how_many_may_be_left_out(words: int, left_out: list[int]) -> None:
    assert [left_out_most(words, apart) for apart in range(4)] == left_out
    digests = subject_digests(
        " ".join(f"w{number}" for number in range(words)), MatchingRules(words_apart=3)
    )
    assert len(set(digests)) == len(digests) <= DIGESTS_MOST


def test_a_subject_that_differs_is_found_where_it_may() -> None:
    nearly = replace(ANSWER, subject="Re: Delivery of the third pump")
    rules = MatchingRules(words_apart=1)
    (kept,) = next(iter(email().values()))
    index = dict.fromkeys(subject_digests(SUBJECT, rules), (kept,))
    assert found(nearly, index, rules) is kept.email
    assert found(nearly, index) is None


def test_what_is_kept_by_former_rules_makes_nobody_alike() -> None:
    former = dict.fromkeys(subject_digests(SUBJECT, MatchingRules(words_apart=3)), ())
    (kept,) = next(iter(email().values()))
    differs_by_two = replace(ANSWER, subject="Return of the third pump")
    index = dict.fromkeys(former, (kept,))
    assert found(differs_by_two, index, MatchingRules(words_apart=1)) is None
    assert found(differs_by_two, index, MatchingRules(words_apart=2)) is kept.email


def test_the_first_of_a_batch_is_known_by_words_that_both_have() -> None:
    first = replace(
        ANSWER,
        activityid=key(7),
        digest=b"1",
        message_id="<1@x>",
        date=MAY - timedelta(1),
        subject="Delivery of the third pump",
    )
    box = replace(BOX, taker=reading(ALICE, Filter.ALL).taker)
    settings = replace(ON, matching=MatchingRules(words_apart=1))
    _, second = decide([first, ANSWER], answers(), settings, box)
    assert isinstance(second, Track)
    assert second.correlated is not None
    assert second.correlated.email.activityid == key(7)


@pytest.mark.parametrize(
    ("least", "people", "is_like"),
    [
        pytest.param(1, ("alice@firm.example", "cara@client.example"), True, id="one-is-enough"),
        pytest.param(1, ("alice@firm.example",), False, id="the-mailbox-is-nobody"),
        pytest.param(3, PEOPLE, False, id="two-are-too-few"),
    ],
)
def test_how_many_people_must_be_the_same(
    least: int, people: tuple[str, ...], is_like: bool
) -> None:
    rules = MatchingRules(people_least=least)
    (kept,) = next(iter(email().values()))
    index = {subject_digests(SUBJECT, rules)[0]: (replace(kept, people=hashes(people)),)}
    assert (found(ANSWER, index, rules) is not None) is is_like
    assert (traits_of(SUBJECT, people, rules) is not None) is (len(people) >= least)


def test_nothing_is_like_a_subject_of_one_word_whoever_writes_it() -> None:
    assert traits_of("Delivery", PEOPLE, RULES) is None


def hashes(people: tuple[str, ...]) -> frozenset[bytes]:
    return people_hashes(people, RULES)


few_words = st.lists(st.sampled_from("abcdefghijkl"), max_size=9).map(" ".join)


@given(few_words, few_words)
def test_a_larger_number_finds_no_less_and_none_finds_the_same_words(one: str, other: str) -> None:
    alike = [are_alike(one, other, MatchingRules(words_apart=apart)) for apart in range(4)]
    assert alike == sorted(alike)
    assert alike[0] is (set(one.split()) == set(other.split()) and len(set(one.split())) > 1)
    assert alike == [are_alike(other, one, MatchingRules(words_apart=apart)) for apart in range(4)]


@given(few_words, few_words, st.integers(0, 3))
def test_they_are_alike_just_when_each_lacks_so_many_words(
    one: str, other: str, apart: int
) -> None:
    words, others = set(one.split()), set(other.split())
    may_differ = len(words - others) <= left_out_most(len(words), apart) and len(
        others - words
    ) <= left_out_most(len(others), apart)
    expected = may_differ and min(len(words), len(others)) > 1
    assert are_alike(one, other, MatchingRules(words_apart=apart)) is expected


words = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), max_size=12)


@given(words, st.randoms())
def test_no_order_and_no_case_changes_a_subject(subject: list[str], random: object) -> None:
    shuffled = list(subject)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (subject_digests(f"x {' '.join(each)}", RULES) for each in (subject, shuffled))
    assert one == other or len(fold(" ".join(subject))) > 150
    assert all(-(2**63) <= digest < 2**63 for digest in one)


@given(st.frozensets(st.binary(min_size=8, max_size=8), max_size=20))
def test_people_come_back_as_they_were_kept(people: frozenset[bytes]) -> None:
    assert people_of_octets(people_as_octets(people)) == people
