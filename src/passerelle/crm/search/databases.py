"""How each database keeps and finds words: FTS5 in SQLite, tsvector in PostgreSQL.

Words hold letters and digits only (`words`), so none can mean anything to either; they are passed
as values all the same.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

_SQLITE_PUT = "INSERT OR REPLACE INTO emailwords (rowid, words) VALUES (%s, %s)"
_POSTGRESQL_PUT = (
    "UPDATE emailindex SET words = array_to_tsvector(%s::text[]) WHERE emailindexid = %s"
)
_SQLITE_FIND = """
    SELECT emailindexid, {key} FROM emailwords
    JOIN emailindex ON emailindexid = emailwords.rowid
    WHERE emailwords MATCH %s AND emailwords.rowid < %s ORDER BY emailwords.rowid DESC LIMIT %s
"""
_POSTGRESQL_FIND = """
    SELECT emailindexid, activityid FROM emailindex
    WHERE words @@ %s::tsquery AND emailindexid < %s ORDER BY emailindexid DESC LIMIT %s
"""
# In the order of the index of words, and sorted here: asked for the newest of a beginning that it
# has never seen, PostgreSQL takes it for one of half a percent, and reads all emails from the last.
_POSTGRESQL_FIND_FEW = """
    SELECT emailindexid, activityid, count(*) OVER () FROM (
        SELECT emailindexid, activityid FROM emailindex
        WHERE words @@ %s::tsquery AND emailindexid < %s LIMIT %s
    ) AS found
    ORDER BY emailindexid DESC LIMIT %s
"""
FEW = 5_000  # hits that are sorted; of more, the newest are met soon
# The words of few emails are read one by one: the index would merge those of all.
_SQLITE_AMONG = """
    SELECT DISTINCT emailindexid, emailindex.activityid FROM principalobjectaccess
    CROSS JOIN emailindex ON emailindex.activityid = objectid
    CROSS JOIN emailwords ON emailwords.rowid = emailindexid
    WHERE principalid IN ({principals}) AND emailindexid < %s AND {words}
    ORDER BY emailindexid DESC LIMIT %s
"""
_SQLITE_WORD = "instr(' ' || words, ' ' || %s) > 0"
# FTS5 merges all that have a word of those that begin so, before it tells the newest of them.
_NEXT = """
    SELECT emailindexid, activityid FROM emailindex {joined}
    WHERE emailindexid < %s AND emailindexid >= %s {read} AND {words}
    ORDER BY emailindexid DESC LIMIT %s
"""
_SQLITE_JOINED = "CROSS JOIN emailwords ON emailwords.rowid = emailindexid"
_IS_READ = """EXISTS (
    SELECT 1 FROM principalobjectaccess WHERE objectid = activityid AND principalid IN ({marks})
)"""
_OF = """
    SELECT emailindexid, activityid FROM emailindex {joined}
    WHERE {numbers} AND emailindexid < %s AND {words}
    ORDER BY emailindexid DESC LIMIT %s
"""
_POSTGRESQL_AMONG = """
    SELECT DISTINCT emailindexid, emailindex.activityid FROM principalobjectaccess
    JOIN emailindex ON emailindex.activityid = objectid
    WHERE principalid = ANY(%s::uuid[]) AND emailindexid < %s AND words @@ %s::tsquery
    ORDER BY emailindexid DESC LIMIT %s
"""


def put(words: Mapping[int, Sequence[str]]) -> None:
    """Keep the words of emails by their number in the index, in place of those they had."""
    if not words:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = [(number, " ".join(found)) for number, found in words.items()]
            cursor.executemany(_SQLITE_PUT, rows)
        else:
            arrays = [(list(found), number) for number, found in words.items()]
            cursor.executemany(_POSTGRESQL_PUT, arrays)


def find(sought: Sequence[str], below: int, limit: int) -> list[tuple[int, object]]:
    """Numbers and keys of emails that have all these beginnings of words, the newest first."""
    if connection.vendor == "postgresql":
        return _find_in_postgresql(_tsquery(sought), below, limit)
    return find_in_order(_fts5(sought), None, below, limit)


def find_in_order(
    question: str, principals: Sequence[UUID] | None, below: int, limit: int
) -> list[tuple[int, object]]:
    """What FTS5 answers, the newest first; without the keys of those that none of these reads."""
    keys = [principal.hex for principal in principals or ()]
    key = f"CASE WHEN {_marked(_IS_READ, keys)} THEN activityid END" if keys else "activityid"
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_FIND.format(key=key), [*keys, question, below, limit])
        return list(cursor.fetchall())


def _find_in_postgresql(words: str, below: int, limit: int) -> list[tuple[int, object]]:
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL_FIND_FEW, [words, below, FEW + 1, limit])
        found = cursor.fetchall()
        if found and found[0][2] > FEW:
            cursor.execute(_POSTGRESQL_FIND, [words, below, limit])
            return list(cursor.fetchall())
        return [(number, key) for number, key, _ in found]


def find_among(
    principals: Sequence[UUID], sought: Sequence[str], below: int, limit: int
) -> list[tuple[int, object]]:
    """`find` among the emails of these users and queues; for few emails."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(principals))
            words = " AND ".join([_SQLITE_WORD] * len(sought))
            statement = _SQLITE_AMONG.format(principals=marks, words=words)
            keys = [principal.hex for principal in principals]
            cursor.execute(statement, [*keys, below, *sought, limit])
        else:
            words = _tsquery(sought)
            cursor.execute(_POSTGRESQL_AMONG, [list(principals), below, words, limit])
        return list(cursor.fetchall())


def find_of(
    numbers: Sequence[int], sought: Sequence[str], below: int, limit: int
) -> list[tuple[int, object]]:
    """`find` among the emails of these numbers, of which some thousand may be given."""
    if not numbers:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = f"emailindexid IN ({', '.join(['%s'] * len(numbers))})"
            words = " AND ".join([_SQLITE_WORD] * len(sought))
            statement = _OF.format(joined=_SQLITE_JOINED, numbers=marks, words=words)
            cursor.execute(statement, [*numbers, below, *sought, limit])
        else:
            statement = _OF.format(
                joined="", numbers="emailindexid = ANY(%s)", words="words @@ %s::tsquery"
            )
            cursor.execute(statement, [list(numbers), below, _tsquery(sought), limit])
        return list(cursor.fetchall())


def find_next(
    principals: Sequence[UUID] | None, sought: Sequence[str], numbers: range, limit: int
) -> list[tuple[int, object]]:
    """`find` among the emails of these numbers, by reading the words of one after the other.

    Of those that one of these users and queues reads, if they are given.
    """
    keys: list[UUID | str] = list(principals or ())
    asked = [_tsquery(sought)]
    joined, words = "", "words @@ %s::tsquery"
    if connection.vendor == "sqlite":
        keys = [principal.hex for principal in principals or ()]
        asked = list(sought)
        joined, words = _SQLITE_JOINED, " AND ".join([_SQLITE_WORD] * len(sought))
    read = f"AND {_marked(_IS_READ, keys)}" if keys else ""
    with connection.cursor() as cursor:
        statement = _NEXT.format(joined=joined, read=read, words=words)
        cursor.execute(statement, [numbers.stop, numbers.start, *keys, *asked, limit])
        return list(cursor.fetchall())


def _marked(text: str, keys: Sequence[object]) -> str:
    return text.format(marks=", ".join(["%s"] * len(keys)))


def _fts5(sought: Sequence[str]) -> str:
    return " ".join(f'"{word}"*' for word in sought)


def _tsquery(sought: Sequence[str]) -> str:
    return " & ".join(f"'{word}':*" for word in sought)
