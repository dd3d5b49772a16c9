"""When two copies are one message, and when their texts are the same.

The identity is Message-ID, From address and Date; a message without an id is told by its subject
and its text, too, and without a date by the moment at which the last server received it: printers
and alarms send the same words again and again, and each time they say something new. A forged or
reused id must not swallow other mail, so whoever finds an identity again compares the texts:
`same_text` forgives a footer that a list or a scanner added or took away.
"""

import hashlib
import re

from passerelle.messages.values import Identity, Message

FOOTER_CHARS = 1_500
_UNMARKED_SHARE = 0.5  # a footer without a line that marks it is at most this part of the text

_NOT_WORD = re.compile(r"[^\w]+")
# What writers of Western European languages use beyond Latin-1; none is part of a word.
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u20ac\u202f\u200b\u200c\u2011"
# What case folding makes of a letter of Latin-1 that is no such letter: too few to be in the table.
_FOLDED_ELSEWHERE = {"\xb5": "\u03bc", "\xdf": "ss"}


def _latin_word(code: int) -> int:
    """An octet of Latin-1 without its case; a space where it is no part of a word."""
    letter = chr(code)
    if not (letter.isalnum() or letter == "_"):
        return ord(" ")
    return code if letter in _FOLDED_ELSEWHERE else ord(letter.casefold())


_LATIN_WORDS = bytes(map(_latin_word, range(256)))
_MARK = re.compile(r"\s*[-_=*~#]{2,}")


def identity(message: Message) -> Identity:
    """The digests of a message; the id counts whole, however long it is."""
    text, moment = _normal(message.text), message.date
    more: tuple[str, ...] = ()
    if not message.message_id:
        moment = moment or message.received
        more = (text, _normal(message.subject))
    sender = message.sender.key if message.sender else ""
    parts = (message.message_id, sender, moment.isoformat() if moment else "", *more)
    return Identity(_digest(*parts), _digest(text))


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same but for spaces, marks, and a footer below one of them."""
    short, long = sorted((one, other), key=len)
    words = _normal(short)
    if words == _normal(long):
        return True
    if not words:
        return False
    footer = _below(words, long.splitlines())
    if footer is None or sum(map(len, footer)) > FOOTER_CHARS:
        return False
    if _MARK.match(next((line for line in footer if line.strip()), "")):
        return True
    blank_first = not footer[0].strip()
    return blank_first and len(_normal("\n".join(footer))) <= len(words) * _UNMARKED_SHARE


def _below(words: str, lines: list[str]) -> list[str] | None:
    """The lines that follow when `words` end at the end of a line; None when they do not."""
    at = 0
    for number, line in enumerate(lines):
        if at >= len(words):
            return lines[number:]
        if normal := _normal(line):
            at += 1 if at else 0  # the space between two lines
            if not words.startswith(normal, at):
                return None
            at += len(normal)
            if at < len(words) and words[at] != " ":
                return None
    return None


def _normal(text: str) -> str:
    """Words only: servers re-wrap lines, change spaces and quote marks."""
    plain = text
    for mark in _TYPOGRAPHIC:
        if mark in plain:
            plain = plain.replace(mark, " ")
    try:
        octets = plain.encode("latin-1")
    except UnicodeEncodeError:
        return _NOT_WORD.sub(" ", text).strip().casefold()
    # The same at a fraction of the cost, for texts of Western European languages.
    octets = octets.translate(_LATIN_WORDS)
    while b"  " in octets:  # each time the longest run of spaces becomes half as long
        octets = octets.replace(b"  ", b" ")
    words = octets.decode("latin-1").strip(" ")
    for letter, folded in _FOLDED_ELSEWHERE.items():
        words = words.replace(letter, folded)
    return words


def _digest(*parts: str) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        digest.update(len(octets).to_bytes(8, "big"))  # no two lists of parts run together alike
        digest.update(octets)
    return digest.digest()
