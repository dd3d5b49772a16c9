"""What only some messages say of themselves in their header: lists, machines, wishes, threads.

Each is as its sender wrote it, and proves nothing; what cannot be read is as if it were not there.
Read once, where the header is parsed: most messages have none of these fields.
"""

import binascii
from base64 import b64decode

from passerelle.messages.clean import clean_line
from passerelle.messages.headers.fields import Headers
from passerelle.messages.values import NO_HEADER_FACTS, HeaderFacts, Sensitivity

LIST_ID_CHARS = 255  # RFC 2919, 3
WORD_CHARS = 40
THREAD_INDEX_LEAST = 22  # MS-OXOMSG 2.2.1.3: the header block
THREAD_INDEX_MOST = 272  # and fifty answers, of 5 octets each

_NAMES = frozenset(
    {
        "list-id",
        "auto-submitted",
        "precedence",
        "sensitivity",
        "thread-index",
    }
)
_SENSITIVITIES = {one.value: one for one in Sensitivity}


def list_id_of(value: str) -> str:
    """The identifier of a List-Id alone; two are compared whatever their case (RFC 2919, 6)."""
    before, bracket, within = value.rpartition("<")
    found = within.partition(">")[0] if bracket else before or within
    return clean_line(found, LIST_ID_CHARS).lower()


def header_facts_of(headers: Headers) -> HeaderFacts:
    """What the header says beyond who, when and about what."""
    if _NAMES.isdisjoint(headers.fields):
        return NO_HEADER_FACTS
    return HeaderFacts(
        list_id=list_id_of(headers.get("list-id")),
        auto_submitted=_word(headers.get("auto-submitted")),
        precedence=_word(headers.get("precedence")),
        sensitivity=_SENSITIVITIES.get(_word(headers.get("sensitivity")), Sensitivity.NORMAL),
        thread_index=_thread_index(headers.get("thread-index")),
    )


def _word(value: str) -> str:
    """The first word, in lower case, without what a semicolon or a comment adds."""
    words = clean_line(value, 2 * WORD_CHARS).partition(";")[0].partition("(")[0].split()
    return words[0].lower()[:WORD_CHARS] if words else ""


def _thread_index(value: str) -> bytes:
    """The octets of Thread-Index, where they can be one."""
    try:
        found = b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if THREAD_INDEX_LEAST <= len(found) <= THREAD_INDEX_MOST else b""
