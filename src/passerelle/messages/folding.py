"""Words as they are compared: without case, accents and ligatures.

Both databases fold case in their own way and accents not at all, so a text is folded here, once,
wherever two texts that a person takes for the same are to be one. Nothing is cut or split.
"""

import re
import unicodedata

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")  # a few letters of a Western European text
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})


def fold(text: str) -> str:
    """Without case, accents and ligatures: *Hélène* is found by *helene*."""
    if text.isascii():
        return text.lower().replace("\0", "")
    lower = unicodedata.normalize("NFKD", text).casefold()  # some letters are capitals only then
    plain = unicodedata.normalize("NFKD", lower)
    return _BEYOND_ASCII.sub(_bare, plain).replace("\0", "")


def _bare(found: re.Match[str]) -> str:
    bare = "".join(one for one in found[0] if not unicodedata.combining(one))
    return bare.translate(_LIGATURES)
