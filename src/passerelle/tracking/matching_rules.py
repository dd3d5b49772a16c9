"""What smart matching goes by: the parameters of the original, with its defaults.

`HashFilterKeywords` is a regular expression there. Here it is phrases, as a pattern that somebody
writes can keep a worker busy for ever (decision 0041). Nothing is compared here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from passerelle.messages import fold
from passerelle.tracking.belonging.token import TokenFormat

WORDS_APART_MOST = 3
HASHES_LEAST, HASHES_MOST = 5, 20
COMMON_PEOPLE_MOST = 10
PHRASES_MOST = 50
PHRASE_CHARS = 100
SEARCHED_CHARS = 1_000  # of a subject, from its beginning
_ANY_END = "*"  # at the end of a word: any word that begins so

Phrase = tuple[str, ...]  # words as `fold` leaves them


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """The parameters of an organization."""

    forms: tuple[TokenFormat, ...] = (TokenFormat(),)  # of tokens, which are no words
    ignored: tuple[Phrase, ...] = ()  # HashFilterKeywords: words that do not count, longest first
    words_apart: int = 0  # HashDeltaSubjectCount: words that one subject has and the other lacks
    hashes_most: int = 20  # HashMaxCount: words of a subject, and people, that are compared
    people_least: int = 2  # HashMinAddressCount: people who must be the same


def phrases_of_text(text: str) -> tuple[Phrase, ...]:
    """The phrases of some lines, the longest first.

    Raises `ValueError` with the line that is none, or without any where there are too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > PHRASES_MOST:
        raise ValueError
    phrases = dict.fromkeys(map(_phrase_of_line, lines))
    return tuple(sorted(phrases, key=len, reverse=True))


def _phrase_of_line(line: str) -> Phrase:
    words = tuple(fold(line).split())
    if len(line) > PHRASE_CHARS or not words or _ANY_END in words:
        raise ValueError(line)
    return words


def without_phrases(subject: str, phrases: Sequence[Phrase]) -> str:
    """The subject, folded, without these phrases wherever they stand."""
    return " ".join(_kept(fold(subject[:SEARCHED_CHARS]).split(), phrases))


def _kept(words: Sequence[str], phrases: Sequence[Phrase]) -> Iterator[str]:
    at = 0
    while at < len(words):
        found = next((len(one) for one in phrases if _stands_at(at, words, one)), 0)
        if not found:
            yield words[at]
        at += found or 1


def _stands_at(at: int, words: Sequence[str], phrase: Phrase) -> bool:
    if at + len(phrase) > len(words):
        return False
    return all(map(_is_word, words[at : at + len(phrase)], phrase))


def _is_word(word: str, wanted: str) -> bool:
    if wanted.endswith(_ANY_END):
        return word.startswith(wanted[:-1])
    return word == wanted
