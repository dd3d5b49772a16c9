"""The words of texts and of questions: one form for what a person takes for the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.search.words import (
    SOUGHT_MOST,
    WORD_CHARS,
    WORDS_MOST,
    words_of,
    words_sought,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Hélène À CÔTÉ", ["helene", "cote"], id="accents and case are folded"),
        pytest.param("l’œuvre d'Émile", ["oeuvre", "emile"], id="elisions are cut"),
        pytest.param("Straße", ["strasse"], id="a letter that is two"),
        pytest.param("order 4711", ["order", "4711"], id="numbers are words"),
        pytest.param("clara@home.example", ["clara", "home", "example"], id="an address is some"),
        pytest.param("snake_case a-b", ["snake", "case"], id="what joins words splits them"),
        pytest.param("twice Twice", ["twice"], id="each once"),
        pytest.param("東京 заказ", ["東京", "заказ"], id="other scripts"),
        pytest.param("\0 ' \" & | ! : * ( ) \\", [], id="signs are no words"),
        pytest.param("x" * 100, ["x" * WORD_CHARS], id="a long word by its beginning"),
    ],
)
def test_a_text_has_these_words(text: str, words: list[str]) -> None:
    assert words_of([text]) == words
    assert words_sought(text) == words


def test_an_endless_text_is_bounded() -> None:
    assert len(words_of([" ".join(f"w{n}" for n in range(20_000))])) == WORDS_MOST
    assert len(words_sought(" ".join(f"w{n}" for n in range(100)))) == SOUGHT_MOST


@given(st.text())
def test_what_was_written_is_found_by_writing_it(text: str) -> None:
    assert set(words_sought(text)) <= set(words_of([text]))


@given(st.text())
def test_words_hold_nothing_that_a_database_reads(text: str) -> None:
    assert all(word.isalnum() and len(word) <= WORD_CHARS for word in words_of([text]))
