"""Texts that every store takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import clean, clean_line


@pytest.mark.parametrize(
    ("text", "many", "one"),
    [
        pytest.param("a\0b", "ab", "a b", id="nul"),
        pytest.param("a\ud800b", "ab", "a b", id="lone-surrogate"),
        pytest.param("a\r\nb\rc", "a\nb\nc", "a b c", id="line-ends"),
        pytest.param("a\u202eb", "a\u202eb", "a b", id="reversing-mark"),
        pytest.param(" a  b ", " a  b ", "a b", id="spaces"),
    ],
)
def test_clean(text: str, many: str, one: str) -> None:
    assert clean(text) == many
    assert clean_line(text, 99) == one


@given(st.text(st.characters(), max_size=50) | st.text(st.sampled_from("\0\ud800\r\na")))
def test_what_is_clean_can_be_stored(text: str) -> None:
    for found in (clean(text), clean_line(text, 20)):
        assert "\0" not in found
        assert "\r" not in found
        found.encode("utf-8")
    assert len(clean_line(text, 20)) <= 20
