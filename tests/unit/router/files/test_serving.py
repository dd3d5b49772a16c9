"""Several routers: what they agree on is one, what they contradict each other on is asked."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import ANNA, BERT, LAST_READ, NAMES, POP3, SALES, SMTP

from passerelle.router.files.format import QuestionKind, RouterFormat
from passerelle.router.files.merged import Outcome, ProfileNotice
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.values import Connection, Provider, RouterSet, State

POP3_B = replace(POP3, server="pop2.example.com")
SMTP_B = replace(SMTP, server="smtp2.example.com")
OWN = replace(POP3, class_name="X.Own")
CUSTOM = {"server-type:own": "custom"}


def router(tag: str, *providers: Provider, states: tuple[State, ...] = ()) -> RouterSet:
    return RouterSet(providers, states, tag)


def reads(connection: Connection, *users: UUID, name: str = "", account: str = "") -> Provider:
    return Provider(connection, name=name, username=account, users=users)


def merged(*sets: RouterSet, answers: dict[str, str] | None = None) -> Merge:
    return merge(sets, RouterFormat(NAMES, answers or {}))


def shape(found: Merge) -> list[tuple[str, list[UUID]]]:
    return [(p.name, [one.guid for one in p.recipients]) for p in found.profiles]


BOTH = "pop3 pop.example.com"
SECOND = "pop3 pop2.example.com"


@pytest.mark.parametrize(
    ("sets", "expected", "asked"),
    [
        pytest.param(
            [router("a", reads(POP3, ANNA)), router("b", reads(POP3, BERT))],
            [(BOTH, [ANNA, BERT])], [],
            id="equal-settings-of-two-routers-are-one-profile",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA)), router("b", reads(POP3_B, BERT))],
            [(BOTH, [ANNA]), (SECOND, [BERT])], [],
            id="different-settings-are-two",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA)), router("b", reads(POP3, ANNA))],
            [(BOTH, [ANNA])], [],
            id="a-user-twice-with-equal-settings-is-there-once",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA, BERT)), router("b", reads(POP3_B, ANNA))],
            [(BOTH, [BERT]), (SECOND, [])], [ANNA],
            id="a-user-of-two-servers-is-asked-and-in-no-profile",
        ),
        pytest.param(
            [
                router("a", reads(POP3, ANNA, account="anna")),
                router("b", reads(POP3, ANNA, account="other")),
            ],
            [(BOTH, [])], [ANNA],
            id="a-user-of-two-accounts-is-asked",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA)), router("b", reads(SMTP, ANNA))],
            [(f"{BOTH} + smtp smtp.example.com", [ANNA])], [],
            id="one-router-reads-and-another-sends",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA), reads(POP3_B, ANNA))],
            [(BOTH, []), (SECOND, [])], [ANNA],
            id="within-one-router-it-is-asked-too",
        ),
    ],
)  # fmt: skip
def test_who_is_served_by_whom(
    sets: list[RouterSet], expected: list[tuple[str, list[UUID]]], asked: list[UUID]
) -> None:
    found = merged(*sets)
    assert shape(found) == expected
    assert [who.guid for who in found.asked] == asked
    assert [q.count for q in found.questions] == [len(asked)] * bool(asked)


def test_an_answer_settles_everybody_of_whom_the_same_is_asked() -> None:
    sets = (router("a", reads(POP3, ANNA, BERT)), router("b", reads(POP3_B, ANNA, BERT)))
    (question,) = merged(*sets).questions
    assert (question.kind, question.count, question.shown) == (QuestionKind.SERVES, 2, "incoming")
    second = next(value for value, label in question.options if label == f"{SECOND}@b")
    found = merged(*sets, answers={question.key: second})
    assert shape(found) == [(SECOND, [ANNA, BERT]), (BOTH, [])]
    assert found.questions == (question,), "still shown, so that it can be changed"


@pytest.mark.parametrize("answer", ["leave", "no-such-choice", ""])
def test_without_a_choice_they_stay_as_they_are(answer: str) -> None:
    sets = (router("a", reads(POP3, ANNA)), router("b", reads(POP3_B, ANNA)))
    (question,) = merged(*sets).questions
    assert [w.guid for w in merged(*sets, answers={question.key: answer}).asked] == [ANNA]


def test_a_pair_in_no_row_is_asked_and_one_side_may_go_alone() -> None:
    sets = (router("a", reads(OWN, ANNA), reads(SMTP, ANNA, BERT)),)
    asked = merged(*sets, answers=CUSTOM)
    assert [p.outcome for p in asked.profiles] == [Outcome.CUSTOM, Outcome.ONE_SIDED]
    (question,) = asked.questions
    assert (question.kind, question.count) == (QuestionKind.PAIR, 1)
    assert [value for value, _ in question.options] == ["outgoing", "leave"]
    found = merged(*sets, answers={**CUSTOM, question.key: "outgoing"})
    assert shape(found)[0] == ("smtp smtp.example.com", [ANNA, BERT])
    left = merged(*sets, answers={**CUSTOM, question.key: "leave"})
    assert left.profiles == asked.profiles


@pytest.mark.parametrize(
    ("sets", "notice"),
    [
        pytest.param(
            [router("a", reads(POP3, ANNA)), router("b", reads(POP3, BERT))],
            ProfileNotice.SEVERAL_ROUTERS, id="in-several-routers",
        ),
        pytest.param(
            [router("a", reads(POP3, ANNA, BERT), reads(SMTP, ANNA), reads(SMTP_B, BERT))],
            ProfileNotice.SEVERAL_PAIRS, id="in-several-pairs",
        ),
        pytest.param(
            [
                router("a", reads(POP3, ANNA, name="Office")),
                router("b", reads(POP3_B, BERT, name="office")),
            ],
            ProfileNotice.NAME_TWICE, id="one-name-for-two-things",
        ),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_profile(sets: list[RouterSet], notice: ProfileNotice) -> None:
    assert all(notice in profile.notices for profile in merged(*sets).profiles)
    assert all(notice not in p.notices for p in merged(router("a", reads(POP3, ANNA))).profiles)


def test_of_two_read_times_the_latest_is_taken() -> None:
    later = LAST_READ.replace(day=2)
    address, account = "anna@example.com", reads(POP3, ANNA, account="anna@example.com")
    found = merged(
        router("a", account, states=(State(address, later),)),
        router("b", account, states=(State(address.upper(), LAST_READ), State("x", None))),
    )
    assert found.profiles[0].recipients[0].threshold == later


people = st.lists(st.sampled_from([ANNA, BERT, SALES]), max_size=3, unique=True).map(tuple)
providers = st.builds(
    Provider,
    st.sampled_from([POP3, POP3_B, SMTP, SMTP_B, OWN]),
    name=st.sampled_from(["", "Office"]),
    username=st.sampled_from(["", "anna@example.com", "reader"]),
    has_password=st.booleans(),
    users=people,
    queues=people,
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
states = st.builds(State, st.sampled_from(["anna@example.com", "x"]), st.none() | moments)
routers = st.lists(
    st.builds(
        RouterSet,
        st.lists(providers, max_size=4).map(tuple),
        st.lists(states, max_size=2).map(tuple),
        st.text("abcdef0123456789", min_size=12, max_size=12),
    ),
    max_size=4,
    unique_by=lambda one: one.tag,
)


@given(routers, st.randoms())
def test_the_order_of_the_routers_changes_nothing(sets: list[RouterSet], random: object) -> None:
    shuffled = list(sets)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = merged(*sets, answers=CUSTOM), merged(*shuffled, answers=CUSTOM)
    assert first == second
    for question in first.questions:
        for choice in question.choices:
            answers = {**CUSTOM, question.key: choice}
            assert merged(*sets, answers=answers) == merged(*shuffled, answers=answers)


@given(routers)
def test_nobody_is_lost_and_nobody_is_doubled(sets: list[RouterSet]) -> None:
    found = merged(*sets, answers=CUSTOM)
    named = {
        (kind, guid)
        for one in sets
        for provider in one.providers
        for kind, guids in (("user", provider.users), ("queue", provider.queues))
        for guid in guids
    }
    placed = [(r.kind.value, r.guid) for p in found.profiles for r in p.recipients]
    waiting = [(who.kind.value, who.guid) for who in found.asked]
    assert sorted(placed + waiting) == sorted(named)
