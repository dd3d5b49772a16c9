"""The words of a record's names and addresses, and those of a question. Pure.

Folded as the words of emails are. Words of one letter count: they are all that some names have.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from passerelle.messages import fold

WORD_CHARS = 40  # of a longer word the beginning
SOUGHT_MOST = 8  # an address has five or six

# Letters and digits; of a long word the beginning is what is found.
_WORD = re.compile(rf"([^\W_]{{1,{WORD_CHARS}}})[^\W_]*")
_ASCII_WORD = re.compile(rf"([a-z0-9]{{1,{WORD_CHARS}}})[a-z0-9]*")  # in half the time


@dataclass(frozen=True, slots=True)
class Sought:
    """One word that a record must have."""

    word: str
    is_whole: bool  # else it begins one

    @property
    def part(self) -> str:
        """What the stored words have in them where they have this one."""
        return f" {self.word} " if self.is_whole else f" {self.word}"


def words_of(texts: Iterable[str]) -> str:
    """The different words of these texts, a space on each side of each; "" where there is none."""
    found = dict.fromkeys(_words(" ".join(texts)))
    return f" {' '.join(found)} " if found else ""


def words_sought(terms: Iterable[str]) -> list[Sought]:
    """What a record must have all; none where the terms hold no word.

    Of a term with several words, as an address is one, only the last may be unfinished.
    """
    found: dict[Sought, None] = {}
    for term in terms:
        words = _words(term)
        found |= dict.fromkeys(Sought(word, is_whole=True) for word in words[:-1])
        found |= dict.fromkeys(Sought(word, is_whole=False) for word in words[-1:])
    return list(found)[:SOUGHT_MOST]


def _words(text: str) -> list[str]:
    folded = fold(text)
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)
