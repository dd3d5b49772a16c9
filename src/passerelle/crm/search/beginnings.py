"""The beginnings of words that FTS5 is asked for, as the whole words that the index holds.

FTS5 tells the newest of those that have a word, or one of several words, without gathering them.
Of a beginning it gathers all that have one of its words first, unless the beginning stands in an
index of its own. PostgreSQL has no such difference.
"""

from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

INDEXED_CHARS = 3  # beginnings of 2 and 3 have an index: migration 0021
WORDS_MOST = 60  # that stand for the beginnings of one question: each is a seek, and one once more
# Of this connection alone: what it reads is the index itself, so nothing is kept by it.
_VOCABULARY = """
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.emailvocabulary
    USING fts5vocab('main', 'emailwords', 'instance')
"""
# One row an email that has it: only the first one is read, so that a frequent word costs no more.
_NEXT_WORD = "SELECT term FROM temp.emailvocabulary WHERE term >= %s LIMIT 1"
_LEAST = "\0"  # what follows a word directly, in the order of its octets


def question_in_order(sought: Sequence[str]) -> str | None:
    """What asks FTS5 for all these beginnings so that it tells the newest without gathering.

    None where too many words begin so, and for another database.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY)
        parts, left = [], WORDS_MOST
        for beginning in sought:
            if len(beginning) <= INDEXED_CHARS:
                parts.append(f'"{beginning}"*')
                continue
            words = list(_words(cursor, beginning, left + 1))
            left -= len(words)
            if left < 0:
                return None
            # A beginning of nothing asks for itself, which nobody has.
            parts.append(" OR ".join(f'"{word}"' for word in words or [beginning]))
    return " AND ".join(f"({part})" for part in parts)


def _words(cursor: CursorWrapper, beginning: str, most: int) -> Iterator[str]:
    at_least = beginning
    for _ in range(most):
        cursor.execute(_NEXT_WORD, [at_least])
        row = cursor.fetchone()
        if row is None or not row[0].startswith(beginning):
            return
        yield row[0]
        at_least = row[0] + _LEAST
