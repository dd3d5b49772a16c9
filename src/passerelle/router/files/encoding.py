"""Turns a file in any encoding that XML allows into UTF-8, piece by piece.

The encoding is found as XML 1.0, appendix F, says: byte order mark, then the pattern of the first
bytes, then the declaration. Expat alone would refuse Shift_JIS, UTF-32 and EBCDIC. Codecs of
Python that are no character sets (compression, escapes) are never used, whatever a file declares.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

_MARKS = (  # UTF-32 before UTF-16, whose mark it begins with
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PATTERNS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm"
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.:-]{0,39})["']""")
_CHARACTER_SETS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-\w|gbk|gb2312|gb18030|big5\w*|shift_jis\w*|euc_\w+"
    r"|iso2022_\w+|mac-\w+|tis-620|kz1048|ptcp154|johab|hz"
)
_HEAD = 400  # bytes in which a declaration ends


class UnknownEncodingError(Exception):
    """The declared name; it stays inside the reading."""


def to_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same text in UTF-8, without a byte order mark.

    Raises `UnknownEncodingError` for a name that is no character set, and `UnicodeDecodeError`
    where the bytes are not of the encoding.
    """
    source = iter(chunks)
    head = b""
    while len(head) < _HEAD and (chunk := next(source, b"")):
        head += chunk
    name = encoding_of(head)
    pieces = chain((head,), source)
    if name == "utf-8":
        yield from pieces  # expat checks it itself
        return
    decoder = codecs.getincrementaldecoder(name)(errors="strict")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def encoding_of(head: bytes) -> str:
    """The name of Python's codec for a file that begins with `head`."""
    for mark, name in (*_MARKS, *_PATTERNS):
        if head.startswith(mark):
            return name
    if head.startswith(_EBCDIC):
        return _declared(head[:_HEAD].decode("cp037")) or "cp037"
    declared = _declared(head[:_HEAD].decode("latin-1"))
    # .NET's StringWriter declares UTF-16 in whatever it writes; these bytes show it is not.
    if declared is None or declared.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return declared


def _declared(text: str) -> str | None:
    """The codec that the declaration names; None without a declaration."""
    match = _DECLARED.match(text)
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1]).name
    except LookupError:
        raise UnknownEncodingError(match[1]) from None
    if name.startswith(("utf-16", "utf-32")) or _CHARACTER_SETS.fullmatch(name):
        return name
    raise UnknownEncodingError(match[1])
