"""How each database finds words of customers: FTS5 in SQLite, a GIN index in PostgreSQL.

The words stand in the record. PostgreSQL indexes them there by itself; the FTS5 table of each kind
(`accountwords`, `contactwords`, `leadwords`) is written here, its rows numbered as the records are.
Words hold letters and digits only (`words`), so none can mean anything to either; they are passed
as values all the same. Names of tables and columns come from the models.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from passerelle.crm.models import Account, Contact, Lead
from passerelle.crm.names.words import Sought

Customer = Account | Contact | Lead
Numbered = tuple[int, str]  # a number in FTS5, the words there
Row = tuple[UUID, str, int | None]  # the key of a record, its words, its number in FTS5

_SQLITE_HAS = "{table}.searchnumber IN (SELECT rowid FROM {table}words WHERE {table}words MATCH %s)"
# As an array, so that PostgreSQL does not go through the list for them: it believes that of all
# records one in two hundred has a word that it knows nothing of. Of places, which one statement
# may rely on: by their keys it would take three times as long.
_POSTGRESQL_HAS = (
    "{table}.ctid = ANY(ARRAY(SELECT found.ctid FROM {table} AS found WHERE "
    "array_to_tsvector(string_to_array(btrim(found.searchwords), ' ')) @@ %s::tsquery))"
)
_SQLITE_LAST = "SELECT rowid FROM {table}words ORDER BY rowid DESC LIMIT 1"
_SQLITE_ADD = "INSERT INTO {table}words (rowid, words) VALUES (%s, %s)"
_SQLITE_PUT = f"INSERT OR REPLACE{_SQLITE_ADD.removeprefix('INSERT')}"
_SQLITE_WRITE = "UPDATE {table} SET searchwords = %s, searchnumber = %s WHERE {key} = %s"
_POSTGRESQL_WRITE = (
    "UPDATE {table} SET searchwords = found.words "
    "FROM unnest(%s::uuid[], %s::text[]) AS found (record, words) WHERE {key} = found.record"
)
_SQLITE_FORGET = "DELETE FROM {table}words WHERE rowid = %s"
_OF_NOBODY = "NOT EXISTS (SELECT 1 FROM {table} WHERE searchnumber = {table}words.rowid)"
_SQLITE_STRANGERS = f"SELECT rowid FROM {{table}}words WHERE {_OF_NOBODY} LIMIT %s"  # noqa: S608 (names)
_SQLITE_FORGET_STRANGER = f"{_SQLITE_FORGET} AND {_OF_NOBODY}"


def has_own_index() -> bool:
    """Whether the index is a table that is written beside the records."""
    return connection.vendor == "sqlite"


def has_all(model: type[Customer], sought: Sequence[Sought]) -> RawSQL:
    """Whether a record has all these words, asked of the index, as a condition of a query."""
    if has_own_index():
        asked = " ".join(f'"{one.word}"' if one.is_whole else f'"{one.word}"*' for one in sought)
        return RawSQL(_of(model, _SQLITE_HAS), [asked], BooleanField())  # noqa: S611 (as above)
    asked = " & ".join(f"'{one.word}'" if one.is_whole else f"'{one.word}':*" for one in sought)
    return RawSQL(_of(model, _POSTGRESQL_HAS), [asked], BooleanField())  # noqa: S611 (as above)


def last_number(model: type[Customer]) -> int:
    """The highest number in FTS5; whoever writes keeps others from writing until it commits."""
    with connection.cursor() as cursor:
        cursor.execute(_of(model, _SQLITE_LAST))
        found = cursor.fetchone()
    return found[0] if found else 0


def add(model: type[Customer], rows: Iterable[Numbered]) -> None:
    """Put words into FTS5 whose numbers are new."""
    _each(model, _SQLITE_ADD, rows)


def put(model: type[Customer], rows: Iterable[Numbered]) -> None:
    """Keep these words in FTS5, in place of those of the same number; a third slower than `add`."""
    _each(model, _SQLITE_PUT, rows)


def write(model: type[Customer], rows: Sequence[Row]) -> None:
    """Write words, and on SQLite numbers, into stored records."""
    if has_own_index():
        _each(model, _SQLITE_WRITE, ((words, number, key.hex) for key, words, number in rows))
        return
    keys, texts = [row[0] for row in rows], [row[1] for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_of(model, _POSTGRESQL_WRITE), [keys, texts])


def forget(model: type[Customer], number: int) -> None:
    """Take the words of one record out of FTS5."""
    _each(model, _SQLITE_FORGET, [(number,)])


def strangers(model: type[Customer], limit: int) -> list[int]:
    """Numbers in FTS5 that no record has. It looks at all of them, and keeps nobody waiting."""
    with connection.cursor() as cursor:
        cursor.execute(_of(model, _SQLITE_STRANGERS), [limit])
        return [number for (number,) in cursor.fetchall()]


def forget_strangers(model: type[Customer], numbers: Iterable[int]) -> None:
    """Take these out of FTS5, unless a record has the number by now."""
    _each(model, _SQLITE_FORGET_STRANGER, ((number,) for number in numbers))


def _each(
    model: type[Customer], statement: str, rows: Iterable[Sequence[int | str | None]]
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_of(model, statement), list(rows))


def _of(model: type[Customer], statement: str) -> str:
    return statement.format(table=model._meta.db_table, key=model._meta.pk.column)
