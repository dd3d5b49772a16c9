"""The name of a person, from what a message says: its display name, else its address.

Nothing is looked up and nothing invented: words are put in order, bounded and cleaned, no more.
"""

import re
import unicodedata
from dataclasses import dataclass

from passerelle.messages import clean_line

PART_CHARS = 50  # of `firstname` and `lastname`
COMPANY_CHARS = 100  # of `companyname`
_LONGEST = 200  # of a display name that is looked at
_COMPANY = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_VIA = re.compile(r"\s(?:via|au nom de|on behalf of)\s.*", re.IGNORECASE)
_ELSEWHERE = re.compile(r"@|://|\bwww\.", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"[._\d-]+")
_EDGES = " \t\u00a0\"'`*«»“”„<>;:,|/\\-–—"
# Words with which a family name begins (Dutch, French, German, Italian, Portuguese, Spanish).
_PARTICLES = frozenset(
    {
        *("da", "das", "de", "dei", "del", "della", "den", "der", "des", "di", "do", "dos", "du"),
        *("la", "le", "lo", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur"),
    }
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """First name, if there is one; family name, always; the company that stood behind it."""

    first: str
    last: str
    company: str = ""


def person_name(display: str, address: str) -> PersonName:
    """The name under which a record is made.

    A display name that holds an address or a link says who somebody wants to be taken for: then,
    as where there is none, it is made of the address.
    """
    text = _cleaned(display)
    if _ELSEWHERE.search(text):
        return _of_address(address)
    found = _COMPANY.search(text)
    company = found[1].strip(_EDGES)[:COMPANY_CHARS].strip() if found else ""
    name = _VIA.sub("", _COMPANY.sub(" ", text)).strip(_EDGES)
    if not any(map(str.isalpha, name)):
        return _of_address(address)
    first, last = _in_order(name)
    return PersonName(_bounded(first), _bounded(last), company)


def _cleaned(text: str) -> str:
    """One line without what does not show: marks of direction make a name look like another."""
    line = unicodedata.normalize("NFC", clean_line(text, _LONGEST))
    shown = "".join(" " if unicodedata.category(one) in {"Cf", "Co", "Cn"} else one for one in line)
    return _SPACES.sub(" ", shown).strip(_EDGES)


def _in_order(name: str) -> tuple[str, str]:
    """First and family name: “Dupont, Marie”, “DUPONT Marie”, “Marie de La Tour”."""
    last, comma, first = name.partition(",")
    if comma:  # both have a letter at least: no name begins or ends with one of `_EDGES`
        return first.strip(_EDGES), last.strip(_EDGES)
    words = name.split()
    capitals = _in_capitals(words)
    if 0 < capitals < len(words):
        return " ".join(words[capitals:]), " ".join(words[:capitals])
    start = next(
        (at for at, word in enumerate(words[1:], 1) if word.lower() in _PARTICLES), len(words) - 1
    )
    return " ".join(words[:start]), " ".join(words[start:])


def _in_capitals(words: list[str]) -> int:
    """How many words it begins with are a family name in capitals, as French offices write it."""
    count = 0
    for word in words:
        if not (len(word) > 1 and word.isupper() and "." not in word):
            break
        count += 1
    return count


def _of_address(address: str) -> PersonName:
    """What stands before the at sign, made readable; the whole address where that is nothing."""
    local = _cleaned(address.rpartition("@")[0]).partition("+")[0]
    words = [word for word in _BETWEEN.split(local.strip('"')) if any(map(str.isalpha, word))]
    if not words:
        return PersonName("", _bounded(_cleaned(address) or address))
    shown = [word if any(map(str.isupper, word)) else word.capitalize() for word in words]
    return PersonName(_bounded(" ".join(shown[:-1])), _bounded(shown[-1]))


def _bounded(text: str) -> str:
    return text[:PART_CHARS].strip()
