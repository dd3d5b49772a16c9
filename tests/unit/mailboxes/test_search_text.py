"""The words by which a mailbox is found."""

from passerelle.mailboxes.models.search_text import search_text_of


def test_each_word_stands_behind_a_blank_once() -> None:
    assert search_text_of("Anna Bell", "anna@x.example") == (" anna bell anna@x.example x example")


def test_words_are_folded() -> None:
    assert search_text_of("Hélène") == " helene"
