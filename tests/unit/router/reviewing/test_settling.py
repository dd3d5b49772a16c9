"""What a person settled stands over what the files say, and nobody is doubled by it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.router.made_up import ANNA, BERT, NAMES, ROUTER, SALES

from passerelle.router.files.format import RouterFormat, Who
from passerelle.router.files.merged import MergedRecipient, RecipientKind
from passerelle.router.files.merging import Merge, merge
from passerelle.router.files.values import RouterSet
from passerelle.router.reviewing.settling import Settled, by_local_part, settle, suggestion

USER, QUEUE = RecipientKind.USER, RecipientKind.QUEUE
ANN, BOB, SALE, STRANGER = (
    Who(USER, ANNA),
    Who(USER, BERT),
    Who(QUEUE, SALES),
    Who(USER, UUID(int=9)),
)
MERGED: Merge = merge([RouterSet(ROUTER.providers, ROUTER.states)], RouterFormat(NAMES))
LATER = datetime(2026, 3, 5, tzinfo=UTC)


def recipients(settled: dict[Who, Settled]) -> dict[Who, MergedRecipient]:
    (profile,) = settle(MERGED, settled).profiles
    return {Who(one.kind, one.guid): one for one in profile.recipients}


@pytest.mark.parametrize(
    ("settled", "expected"),
    [
        pytest.param({}, [ANN, BOB, SALE], id="nothing"),
        pytest.param({ANN: Settled(leave=True)}, [BOB, SALE], id="left"),
        pytest.param({ANN: Settled(match=STRANGER)}, [STRANGER, BOB, SALE], id="matched"),
        pytest.param(
            {ANN: Settled(match=BOB)}, [ANN, BOB, SALE], id="never-with-one-of-the-files"
        ),
        pytest.param(
            {ANN: Settled(match=BOB), BOB: Settled(leave=True)}, [ANN, SALE],
            id="nor-with-one-who-is-left",
        ),
        pytest.param(
            {ANN: Settled(match=STRANGER), BOB: Settled(match=STRANGER)},
            [STRANGER, BOB, SALE], id="two-never-become-one",
        ),
    ],
)  # fmt: skip
def test_who_is_migrated(settled: dict[Who, Settled], expected: list[Who]) -> None:
    assert list(recipients(settled)) == expected


def test_a_match_keeps_what_the_router_knew_and_other_values_win() -> None:
    found = recipients({ANN: Settled(match=STRANGER, start=LATER, incoming_username="a.b")})
    stranger = found[STRANGER]
    assert (stranger.threshold, stranger.incoming_username) == (LATER, "a.b")
    assert stranger.address == "anna@example.com"


whos = st.sampled_from([ANN, BOB, SALE, STRANGER])


@given(
    st.dictionaries(
        whos, st.builds(Settled, leave=st.booleans(), match=st.none() | whos), max_size=4
    )
)
def test_nobody_is_migrated_twice(settled: dict[Who, Settled]) -> None:
    (profile,) = settle(MERGED, settled).profiles
    found = [Who(one.kind, one.guid) for one in profile.recipients]
    assert len(found) == len(set(found))
    left = sum(one.leave for who, one in settled.items() if who != STRANGER)
    assert len(found) == 3 - left


ADDRESSES = {"anna@example.com": ANN, "bert@example.com": BOB, "bert@example.org": STRANGER}


@pytest.mark.parametrize(
    ("text", "named", "expected"),
    [
        pytest.param("Anna@Example.com", [], ANN, id="the-same-address"),
        pytest.param("CONTOSO\\anna", [], ANN, id="a-windows-account"),
        pytest.param("anna@old.example", [], ANN, id="an-older-domain"),
        pytest.param("bert", [], None, id="two-are-called-so"),
        pytest.param("anna", [ANN], None, id="named-by-the-files-themselves"),
        pytest.param("", [], None, id="nothing"),
    ],
)
def test_suggestions(text: str, named: list[Who], expected: Who | None) -> None:
    assert suggestion(text, ADDRESSES, by_local_part(ADDRESSES), named) == expected
