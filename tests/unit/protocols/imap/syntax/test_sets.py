"""Numbers condensed into sequence sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.imap.syntax.sets import SET_BYTES, sequence_sets


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([7], [b"7"]),
        ([3, 1, 2, 2], [b"1:3"]),
        ([1, 3, 4, 9], [b"1,3:4,9"]),
    ],
)
def test_sequence_sets(numbers: list[int], expected: list[bytes]) -> None:
    assert list(sequence_sets(numbers)) == expected


@given(st.sets(st.integers(1, 2**32 - 1), max_size=2_000))
def test_every_number_is_in_one_bounded_set(numbers: set[int]) -> None:
    found: list[int] = []
    for line in sequence_sets(numbers):
        assert len(line) <= SET_BYTES
        for piece in line.decode().split(","):
            first, _, last = piece.partition(":")
            found.extend(range(int(first), int(last or first) + 1))
    assert found == sorted(numbers)
