"""To whom a server says that it delivered a message, whomever its header names besides.

Anybody can write such a field into what they send. What the server adds as it delivers stands above
the `Received` of the message's arrival there (RFC 5321, 4.4), and what a sender wrote below it: so
only what stands above every `Received` counts, and of a field its topmost.
"""

import re
from collections.abc import Sequence

from passerelle.messages.addresses import parse_addresses
from passerelle.messages.headers.fields import header_end, read_headers
from passerelle.messages.values import DEFAULT_LIMITS, Address

DELIVERY_FIELDS = ("Delivered-To", "X-Original-To", "Envelope-To")
MOST = 50  # addresses of one field

_KNOWN = {name.lower(): name for name in DELIVERY_FIELDS}
_BETWEEN = re.compile(r"[\s,;:]+")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)


def fields_of_text(text: str) -> tuple[str, ...]:
    """The fields that a line names, each once. Raises `ValueError` with a word that is none."""
    names = []
    for word in filter(None, _BETWEEN.split(text)):
        if word.lower() not in _KNOWN:
            raise ValueError(word)
        names.append(_KNOWN[word.lower()])
    return tuple(dict.fromkeys(names))


def delivered_to(raw: bytes, trusted: Sequence[str]) -> tuple[tuple[str, Address], ...]:
    """Each address in the topmost of these fields, with the name of the field."""
    limits = DEFAULT_LIMITS
    end, _body = header_end(raw, 0, len(raw))
    arrival = _RECEIVED.search(raw, 0, min(end, limits.header_bytes))
    if arrival is None:
        return ()
    added = read_headers(raw[: arrival.start()], limits)
    return tuple(
        (name, address)
        for name in trusted
        for address in parse_addresses(added.get(name.lower()), MOST)
    )
