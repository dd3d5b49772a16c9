"""What becomes of the fields and addresses of two records that are merged: tables of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.merging.choosing import (
    Addresses,
    Difference,
    addresses_after,
    differences,
    taken_by_itself,
)
from passerelle.messages import key_of


@pytest.mark.parametrize(
    ("ours", "theirs", "found", "taken"),
    [
        pytest.param("Chef", "Chef", [], set(), id="the-same-value-is-no-choice"),
        pytest.param("Chef", "", [], set(), id="what-the-other-lacks-is-no-choice"),
        pytest.param(None, None, [], set(), id="two-without-a-value-are-no-choice"),
        pytest.param(
            "Chef",
            "Cook",
            [Difference("job", "Chef", "Cook")],
            set(),
            id="the-masters-value-stays-where-nobody-chooses",
        ),
        pytest.param(
            "",
            "Cook",
            [Difference("job", "", "Cook")],
            {"job"},
            id="what-the-master-lacks-is-taken-by-itself",
        ),
    ],
)
def test_a_field(
    ours: str | None, theirs: str | None, found: list[Difference], taken: set[str]
) -> None:
    told = differences({"job": ours}, {"job": theirs})
    assert told == found
    assert taken_by_itself(told) == taken


@pytest.mark.parametrize(
    ("ours", "theirs", "room", "theirs_first", "expected"),
    [
        pytest.param(
            ["a@x.example", ""],
            ["b@x.example", ""],
            2,
            False,
            Addresses(("a@x.example", "b@x.example"), ()),
            id="a-free-column-takes-the-others",
        ),
        pytest.param(
            ["a@x.example"],
            ["b@x.example"],
            1,
            False,
            Addresses(("a@x.example",), ("b@x.example",)),
            id="what-has-no-column-is-kept-beside",
        ),
        pytest.param(
            ["a@x.example"],
            ["b@x.example"],
            1,
            True,
            Addresses(("b@x.example",), ("a@x.example",)),
            id="the-others-may-be-first",
        ),
        pytest.param(
            ["A@x.example", "", ""],
            ["a@X.example", "", "c@x.example"],
            3,
            False,
            Addresses(("A@x.example", "c@x.example", ""), ()),
            id="one-written-otherwise-is-the-same",
        ),
        pytest.param([""], [""], 1, True, Addresses(("",), ()), id="none-at-all"),
    ],
)
def test_addresses(
    ours: list[str], theirs: list[str], room: int, theirs_first: bool, expected: Addresses
) -> None:
    assert addresses_after(ours, theirs, room=room, theirs_first=theirs_first) == expected


columns = st.lists(st.sampled_from(["", "a@x.example", "B@x.example", "b@x.example"]), max_size=3)


@given(columns, columns, st.integers(1, 3), st.booleans())
def test_no_address_is_lost_and_none_is_twice(
    ours: list[str], theirs: list[str], room: int, theirs_first: bool
) -> None:
    found = addresses_after(ours, theirs, room=room, theirs_first=theirs_first)
    known = [key_of(one) for one in found.known]
    assert len(found.columns) == room
    assert sorted(known) == sorted({key_of(one) for one in [*ours, *theirs] if one})
    assert not found.further or "" not in found.columns
