"""Texts that every store takes: no NUL, no lone surrogate, one kind of line end.

PostgreSQL refuses U+0000 and lone surrogates; SQLite takes them and breaks its readers.
"""

import re

_REFUSED = re.compile("[\x00\ud800-\udfff]")
# Controls have no place in a single line; the bidirectional ones make a name look like another.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_SPACES = re.compile(r"[ \t]{2,}")


def clean(text: str) -> str:
    """A text of many lines: what no store takes is gone, lines end with a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _can_be_stored(text) else _REFUSED.sub("", text)


def _can_be_stored(text: str) -> bool:
    """Told without a pattern, which would look at each character by itself."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def clean_line(text: str, limit: int) -> str:
    """A text of one line, cut: controls become one space each run."""
    text = text[: limit * 4]
    if not text.isprintable() or "  " in text:  # a few
        text = _SPACES.sub(" ", _CONTROLS.sub(" ", text))
    return text.strip()[:limit]
