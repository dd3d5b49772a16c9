"""The words of an email and those of a question, folded alike for both databases. Pure.

No stems: they differ by language and by database, and a word is found by its beginning anyway.
"""

import re
from collections.abc import Iterable

from passerelle.messages import fold

BODY_CHARS = 100_000  # of a text; what follows is found by nobody
WORDS_MOST = 5_000  # different ones of one email
WORD_CHARS = 40  # of a longer word the beginning
LEAST_CHARS = 2
SOUGHT_MOST = 8
# Begins the words of headers where they stand a second time. It is of private use: no word of a
# person holds it, and to FTS5 it is a letter.
HEAD_MARK = "\ue000"

_WORD = re.compile(r"[^\W_]+")  # as FTS5's unicode61 splits: letters and digits
# But what became a letter after its tables (vowels and tones of New Tai Lue, two Vedic signs): it
# takes them for signs, splits words there, and refuses a question that it would have to split.
_LATE_LETTERS = re.compile(r"[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]+")


def words_of(texts: Iterable[str]) -> list[str]:
    """The different words of these texts, the first ones where there are too many."""
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(_words(text[:BODY_CHARS]))
        if len(found) >= WORDS_MOST:
            break
    return list(found)[:WORDS_MOST]


def words_sought(text: str) -> list[str]:
    """The words that an email must have all, each as its beginning; none where nothing is asked."""
    return list(dict.fromkeys(_words(text[:1_000])))[:SOUGHT_MOST]


def of_headers(words: Iterable[str]) -> list[str]:
    """These words as they stand in the index where a header has them."""
    return [f"{HEAD_MARK}{word}" for word in words]


def _words(text: str) -> Iterable[str]:
    folded = fold(text)
    if not folded.isascii():
        folded = _LATE_LETTERS.sub("", folded)
    different = dict.fromkeys(_WORD.findall(folded))  # most words of a text come again
    return (word[:WORD_CHARS] for word in different if len(word) >= LEAST_CHARS)
