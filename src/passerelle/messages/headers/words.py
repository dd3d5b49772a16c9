"""Encoded words of headers (RFC 2047) to text. Reads them only; `composing` writes them.

A character broken over two words is common in the wild though forbidden (section 5): octets of
neighbours with one charset are joined before they are decoded.
"""

import binascii
import re

from passerelle.messages.charsets import decode

_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")


def decode_words(text: str) -> str:
    """The text with every encoded word decoded, in one pass."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[bytes] = []
    charset, end = "", 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        joined = bool(pending) and not between.strip()
        own = match[1].partition("*")[0]  # RFC 2231, 5: a language may follow
        if pending and not (joined and own.lower() == charset.lower()):
            out.append(decode(b"".join(pending), charset))
            pending.clear()
        if not joined:
            out.append(between)
        charset, end = own, match.end()
        pending.append(_octets(match[2], match[3]))
    if pending:
        out.append(decode(b"".join(pending), charset))
    out.append(text[end:])
    return "".join(out)


def _octets(encoding: str, text: str) -> bytes:
    octets = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    return from_base64(octets)


def from_base64(octets: bytes) -> bytes:
    """Base64 with what else stands between left out, and an end that is missing forgiven."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
        kept = kept[:-1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
