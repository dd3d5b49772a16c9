"""Writes addresses for MAIL and RCPT, or refuses them before they reach the wire.

RFC 5321, 4.1.2: a character that could end the path or the line never goes out. A domain of other
letters is written in ASCII (RFC 5891), so that SMTPUTF8 is needed for local parts only; those have
their accents composed (RFC 6532, 3.1), as in the header.
"""

import re
from unicodedata import normalize

import idna

from passerelle.faults.mail.protocols import AddressNotUsable

MOST_OCTETS = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its brackets

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f<>\u2028\u2029\ud800-\udfff]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"\Z')
_SPECIAL = re.compile(r'[()\[\]:;@\\,"]')


def path(address: str) -> bytes:
    """The address as it stands between the angle brackets; UTF-8 when its local part needs it."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or _FORBIDDEN.search(address):
        raise AddressNotUsable
    if _SPECIAL.search(local) and not _QUOTED.match(local):
        raise AddressNotUsable
    written = f"{normalize('NFC', local)}@{_ascii(domain)}".encode()
    if len(written) > MOST_OCTETS:
        raise AddressNotUsable
    return written


def sender_path(address: str) -> bytes:
    """As `path`; the empty sender of automatic answers is allowed (RFC 5321, 4.5.5)."""
    return path(address) if address else b""


def _ascii(domain: str) -> str:
    if domain.isascii():
        if _SPECIAL.search(domain) and not re.fullmatch(r"\[[A-Za-z0-9.:]+\]", domain):
            raise AddressNotUsable
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise AddressNotUsable from error
