"""One key for every spelling of one address: in any case, in Unicode or as the DNS has it.

A domain may be written exämple.org or xn--exmple-cua.org (RFC 5891), a local part with accents in
one code point or in two (RFC 6532). What is ASCII, as nearly all is, costs no more than its case.
"""

from unicodedata import normalize

import idna

DOMAIN_CHARS = 253  # more is no domain, and is not worth encoding


def key_of(address: str) -> str:
    """What all spellings of the address share, to look it up by."""
    if address.isascii():
        return address.lower()
    local, at, domain = address.rpartition("@")
    return f"{folded(local)}{at}{domain_key(domain)}"


def domain_key(domain: str) -> str:
    """A domain in lower case, with the A-labels of its labels (UTS 46, non-transitional).

    A label that is none in IDNA is kept as a person reads it.
    """
    if domain.isascii() or len(domain) > DOMAIN_CHARS:
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:  # a label alone may be at fault
        return ".".join(map(_label, domain.split(".")))


def is_one_house(one: str, other: str) -> bool:
    """Whether one domain is the other or lies below it: `mail.client.example` is the client's."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def folded(local: str) -> str:
    """A local part without case and with its accents composed."""
    return normalize("NFC", normalize("NFC", local).casefold())


def _label(label: str) -> str:
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except UnicodeError:
        return folded(label)
