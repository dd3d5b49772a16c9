"""What an address asks of the list, and what nobody can have meant."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.mailboxes.choosing.wanted import CHOICES, Wanted, wanted_of

GUID = str(UUID(int=7))


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        pytest.param({}, Wanted(), id="nothing-is-asked-for"),
        pytest.param({"kind": "queues"}, Wanted(kind="queues"), id="a-filter-holds"),
        pytest.param({"kind": "cats"}, Wanted(), id="an-unknown-value-is-no-filter"),
        pytest.param({"nonsense": "1"}, Wanted(), id="an-unknown-name-is-no-filter"),
        pytest.param({"profile": "none"}, Wanted(profile="none"), id="without-a-profile"),
        pytest.param({"profile": GUID.upper()}, Wanted(profile=GUID), id="a-profile-by-its-guid"),
        pytest.param({"profile": "x' OR 1"}, Wanted(), id="no-guid-is-no-profile"),
        pytest.param({"q": "a" * 500}, Wanted(q="a" * 200), id="words-are-bounded"),
    ],
)
def test_wanted_of(given_values: dict[str, str], expected: Wanted) -> None:
    assert wanted_of(given_values) == expected


def test_at_most_five_words_and_no_nul() -> None:
    assert Wanted(q="a\0b c d e f g").terms == ["ab", "c", "d", "e", "f"]


values: Any = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text(max_size=50),
        **{name: st.sampled_from(sorted(known)) for name, known in CHOICES.items()},
        "profile": st.sampled_from(["none", GUID]),
        "queue": st.just(GUID),
    },
)


@given(values)
def test_what_is_stored_is_read_again(given_values: dict[str, str]) -> None:
    wanted = wanted_of(given_values)
    assert wanted_of(wanted.stored()) == wanted
