"""The header of a message as a list that a person can read: each field in its order, decoded."""

import re
from typing import NamedTuple

from passerelle.messages.clean import clean_line
from passerelle.messages.headers.words import decode_words
from passerelle.messages.parts import open_message
from passerelle.messages.values import DEFAULT_LIMITS

FIELDS = 300
VALUE_CHARS = 4_000
# Names are kept in lower case; a few are not written as their parts say (RFC 5322, RFC 2045).
_SPELLED = {"dkim": "DKIM", "id": "ID", "mime": "MIME", "arc": "ARC", "spf": "SPF", "tls": "TLS"}
_WORD = re.compile(r"[^-]+")


class Field(NamedTuple):
    """One field of a header."""

    name: str
    value: str


def header_fields(raw: bytes) -> list[Field]:
    """The fields of a message by their names' first appearance; too many are left out."""
    headers = open_message(raw, DEFAULT_LIMITS).headers
    found = [
        Field(_spelled(name), clean_line(decode_words(value), VALUE_CHARS))
        for name, values in headers.fields.items()
        for value in values
    ]
    return found[:FIELDS]


def _spelled(name: str) -> str:
    return _WORD.sub(lambda word: _SPELLED.get(word[0]) or word[0].capitalize(), name)
