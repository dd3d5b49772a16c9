"""Bytes to text, whatever charset they claim. Never raises and never guesses by statistics.

The declared charset if it fits, else UTF-8 if it fits, else windows-1252, which is what mail
without a right label is most often (WHATWG Encoding reads ISO-8859-1 and US-ASCII so too).
"""

import codecs
from functools import lru_cache

FALLBACK = "cp1252"

# Names that mail uses and Python does not know, and subsets whose superset is what is meant.
_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
# Codecs of Python that are no charset of mail; punycode and idna take quadratic time.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def decode(octets: bytes, charset: str = "") -> str:
    """The text of `octets`; what fits nowhere becomes U+FFFD."""
    if octets.isascii() and not _shifts(charset):
        return octets.decode("ascii")
    codec = _codec(charset)
    for name in (codec, "utf-8"):
        if name and name != FALLBACK:
            try:
                return octets.decode(name)
            except (UnicodeError, ValueError):
                continue
    # Labelled windows-1252 or unlabelled: UTF-8 was tried, for text in it is rarely by accident.
    return octets.decode(FALLBACK, "replace")


def _shifts(charset: str) -> bool:
    """Whether octets below 128 may mean something else than ASCII in it."""
    return bool(charset) and _codec(charset) not in {"", FALLBACK, "utf-8"}


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Python's name of a charset; "" for none and for those that are not to be used."""
    name = charset.strip().strip("\"'").lower()[:40]
    name = _MEANT.get(name, name)
    if not name.isascii() or "\0" in name:
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    known = found.name
    # `_is_text_encoding` is how bytes.decode itself tells charsets from zip, hex, rot13.
    if known.replace("-", "_") in _REFUSED or not getattr(found, "_is_text_encoding", True):
        return ""
    return known
