"""Octets in uuencoding, as clients older than MIME still send them (POSIX.1, uuencode)."""

import binascii
import re

NAMES = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{0,500}\r?\n", re.MULTILINE)


def from_uuencoded(octets: bytes) -> bytes:
    """The octets between `begin` and `end`; as they came when no `begin` is there.

    A line that is no uuencoding ends them, so that what came before it is kept.
    """
    begin = _BEGIN.search(octets)
    if begin is None:
        return octets
    found: list[bytes] = []
    for line in octets[begin.end() :].splitlines():
        if line.strip() == b"end":
            break
        try:
            found.append(_line(line))
        except (binascii.Error, IndexError):
            break
    return b"".join(found)


def _line(line: bytes) -> bytes:
    """One line; some encoders pad it with more than its own length says."""
    count = (line[0] - 32) & 63
    return binascii.a2b_uu(line[: 1 + (count * 4 + 2) // 3])
