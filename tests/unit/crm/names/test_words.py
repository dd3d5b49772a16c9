"""The words of a record and those of a question: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.names.words import SOUGHT_MOST, WORD_CHARS, Sought, words_of, words_sought


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        pytest.param(["Hélène Dupont"], " helene dupont ", id="without-case-and-accents"),
        pytest.param(["Anna", "anna@x.example"], " anna x example ", id="each-once"),
        pytest.param(["Ann", "e"], " ann e ", id="texts-do-not-run-together"),
        pytest.param(["O’Neill-Lefèvre_x"], " o neill lefevre x ", id="split-at-signs"),
        pytest.param(["", "—"], "", id="none"),
        pytest.param(["w" * 50], f" {'w' * WORD_CHARS} ", id="the-beginning-of-a-long-one"),
    ],
)
def test_words_of(texts: list[str], words: str) -> None:
    assert words_of(texts) == words


@pytest.mark.parametrize(
    ("terms", "parts"),
    [
        pytest.param(["Dup"], [" dup"], id="a-beginning"),
        pytest.param(["helene.du"], [" helene ", " du"], id="of-several-the-last-is-unfinished"),
        pytest.param(["dup", "DUP"], [" dup"], id="asked-twice"),
        pytest.param(["%", "_", "'"], [], id="none"),
        pytest.param(
            ["a.b.c.d.e.f.g.h.i.j"], [f" {one} " for one in "abcdefgh"], id="not-without-end"
        ),
    ],
)
def test_words_sought(terms: list[str], parts: list[str]) -> None:
    assert [one.part for one in words_sought(terms)] == parts


@given(st.text())
def test_a_text_has_what_its_own_words_ask(text: str) -> None:
    sought = words_sought(text.split())
    assert len(sought) <= SOUGHT_MOST
    assert all(one.part in words_of([text]) for one in sought)


@given(st.lists(st.text()))
def test_words_hold_letters_and_digits_alone(texts: list[str]) -> None:
    for word in words_of(texts).split(" "):
        assert word.isalnum() or not word
        assert not word or Sought(word, is_whole=False).word.strip("'\"\\%_:&|!*") == word
