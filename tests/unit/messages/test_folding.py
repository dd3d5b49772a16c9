"""Folding: what a person types finds what was written, whatever its accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hélène", "helene"),
        ("ŒUVRE", "oeuvre"),
        ("Straße", "strasse"),
        ("Søren", "soren"),
        ("İstanbul", "istanbul"),
        ("ＡＢＣ", "abc"),
        ("Ελένη", "ελενη"),
        ("a\0b", "ab"),
        ("RE: Offer\0", "re: offer"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
