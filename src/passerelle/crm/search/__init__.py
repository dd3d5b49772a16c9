"""Full-text search of emails: what is indexed when, and what is found by which words."""

from passerelle.crm.search.indexing import (
    EMAILS_AT_ONCE,
    ask_to_index,
    index_some,
    rebuild,
    some_wait,
)
from passerelle.crm.search.matching import Found, search, search_few
from passerelle.crm.search.words import words_of, words_sought

__all__ = [
    "EMAILS_AT_ONCE",
    "Found",
    "ask_to_index",
    "index_some",
    "rebuild",
    "search",
    "search_few",
    "some_wait",
    "words_of",
    "words_sought",
]
