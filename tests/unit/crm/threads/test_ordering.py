"""In time, and behind what is answered where a second tells nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.services import Timed, oldest_first

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
NAMES = "abcd"


def at(milliseconds: int) -> datetime:
    return NOON + timedelta(milliseconds=milliseconds)


def key(name: str) -> UUID:
    return UUID(int=ord(name))


def ordered(emails: Mapping[str, tuple[datetime, str]]) -> str:
    """The names in their order; each is sent at a moment and answers another, or ""."""

    def timed(name: str) -> Timed:
        when, answers = emails[name]
        return Timed(key(name), when, key(answers) if answers else None)

    return "".join(oldest_first(emails, timed))


@pytest.mark.parametrize(
    ("emails", "expected"),
    [
        pytest.param({"b": (LATER, ""), "a": (NOON, "")}, "ab", id="in-time"),
        pytest.param({"b": (NOON, ""), "a": (NOON, "")}, "ba", id="as-they-come"),
        pytest.param({"b": (NOON, "a"), "a": (NOON, "")}, "ab", id="the-answer-behind"),
        pytest.param({"b": (NOON, "a"), "a": (at(900), "")}, "ab", id="whatever-its-fraction"),
        pytest.param({"b": (at(900), ""), "a": (at(100), "")}, "ab", id="fractions-else"),
        pytest.param({"b": (NOON, "a"), "a": (LATER, "")}, "ba", id="another-second-as-it-says"),
        pytest.param(
            {"c": (NOON, "b"), "b": (NOON, "a"), "a": (NOON, "")}, "abc", id="answers-to-answers"
        ),
        pytest.param({"b": (NOON, "z"), "a": (NOON, "")}, "ba", id="what-is-not-here"),
        pytest.param({"b": (NOON, "a"), "a": (NOON, "b")}, "ba", id="a-circle-ends"),
    ],
)
def test_the_order(emails: dict[str, tuple[datetime, str]], expected: str) -> None:
    assert ordered(emails) == expected


@given(
    st.permutations(NAMES).flatmap(
        lambda names: st.fixed_dictionaries(
            {
                name: st.tuples(
                    st.integers(0, 1_999).map(at),
                    st.sampled_from(["", *NAMES[: NAMES.index(name)]]),
                )
                for name in names
            }
        )
    )
)
def test_no_answer_stands_before_what_it_answers_in_its_second(
    emails: dict[str, tuple[datetime, str]],
) -> None:
    order = ordered(emails)
    assert sorted(order) == sorted(NAMES)
    seconds = [emails[name][0].replace(microsecond=0) for name in order]
    assert seconds == sorted(seconds)
    for name, (when, answers) in emails.items():
        if answers and emails[answers][0].second == when.second:
            assert order.index(answers) < order.index(name)
