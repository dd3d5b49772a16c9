"""Many times as much mail as a store has: its rows copied by the database itself.

Making a million emails one by one takes half an hour; copying a fiftieth of them some minutes. Each
email is copied with its parties, files, places in queues, readers and words, some moments after
the one it is a copy of, so that keys and moments stand in one order; its conversation is copied
with it. Customers are copied, too, but those write nothing: the ones that are there write more.
On PostgreSQL the role must be a superuser's, as foreign keys are not looked at meanwhile.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model

Changes = Mapping[str, str]  # the columns that a copy has otherwise, as SQL

KEY, MOMENT = "{at}shifted({column}, turn)", "{at}later({column}, turn)"
MARKED = "replace({column}, '@', '-' || turn || '@')"
NAMED = "{column} || '-' || turn"
TURN_AS_A_WORD = "{column} || turn || ' '"
NUMBERED_ON = "{column} + turn * (SELECT max(searchnumber) FROM contact)"
OF_CUSTOMERS = "parentobjectid_contact IS NOT NULL"

_FUNCTIONS = """
    CREATE OR REPLACE FUNCTION pg_temp.shifted(key uuid, turn int) RETURNS uuid
    LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex(
            ('x' || left(replace(key::text, '-', ''), 12))::bit(48)::bigint + turn * {step}::bigint
        ), 12, '0') || substr(replace(key::text, '-', ''), 13))::uuid
    $$;
    CREATE OR REPLACE FUNCTION pg_temp.later(moment timestamptz, turn int) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE AS $$ SELECT moment + turn * {step} * interval '1 millisecond' $$;
    CREATE OR REPLACE FUNCTION pg_temp.digest(octets bytea, turn int) RETURNS bytea
    LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(octets || int4send(turn)) $$;
    SET session_replication_role = replica;
    SET maintenance_work_mem = '512MB'
"""
_NO_MORE = "RESET session_replication_role; RESET maintenance_work_mem"
_RECURSIVE = """
    WITH RECURSIVE turns(turn) AS (
        SELECT 1 UNION ALL SELECT turn + 1 FROM turns WHERE turn < {last}
    )
"""
_TURNS = {
    "postgresql": ("", "CROSS JOIN LATERAL generate_series(1, {last}) AS turn"),
    "sqlite": (_RECURSIVE, "CROSS JOIN turns"),
}
_INDEXES = {
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
    " AND indexdef NOT LIKE '%% UNIQUE %%'",
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
    " AND sql NOT LIKE '%% UNIQUE %%'",
}
_WORDS = """
    INSERT INTO emailwords (rowid, words)
    SELECT other.emailindexid, emailwords.words
    FROM (SELECT * FROM emailindex WHERE emailindexid <= %s ORDER BY emailindexid) AS made
    CROSS JOIN turns
    CROSS JOIN emailindex AS other ON other.activityid = shifted(made.activityid, turn)
    CROSS JOIN emailwords ON emailwords.rowid = made.emailindexid
"""
_WORDS_OF_CONTACTS = """
    INSERT INTO contactwords (rowid, words)
    SELECT searchnumber, searchwords FROM contact WHERE searchnumber > %s ORDER BY searchnumber
"""


def multiply(times: int, gap: timedelta) -> None:
    """So many times as many of all; `gap` is what lies between two emails that are there."""
    with _functions(int(gap.total_seconds() * 1000 / times)):
        for model, changes, wanted in _copies():
            with _without_indexes(model._meta.db_table):
                _copy(model, changes, wanted, times)
        with _without_indexes("emailindex"):
            _copy_words(times)
        if connection.vendor == "sqlite":
            _put_words_of_contacts()


def _copies() -> Iterator[tuple[type[Model], Changes, str]]:
    """What is copied, what is changed in it, and which rows."""
    from passerelle.crm import models as crm

    contact = {"contactid": KEY, "emailaddress1": MARKED, "lastname": NAMED, "fullname": NAMED}
    found_by = {"searchwords": TURN_AS_A_WORD, "searchnumber": NUMBERED_ON}
    yield crm.Contact, contact | found_by, ""
    address = {"emailsearchid": KEY, "parentobjectid_contact": KEY, "emailaddress": MARKED}
    yield crm.EmailSearch, address, OF_CUSTOMERS
    moments = dict.fromkeys(("createdon", "senton", "modifiedon"), MOMENT)
    known = {"messageid": MARKED, "identity": "{at}digest({column}, turn)"}
    keys = {"activityid": KEY, "correlatedactivityid": KEY}
    yield crm.Email, {**keys, **moments, **known}, ""
    party = {"activitypartyid": KEY, "activityid": KEY, "createdon": MOMENT}
    yield crm.ActivityParty, party, ""
    file = {"activitymimeattachmentid": KEY, "objectid": KEY}
    yield crm.ActivityMimeAttachment, file, ""
    yield crm.QueueItem, {"queueitemid": KEY, "objectid": KEY, "enteredon": MOMENT}, ""
    yield crm.PrincipalObjectAccess, {"objectid": KEY, "createdon": MOMENT}, ""


def _copy(model: type[Model], changes: Changes, wanted: str, times: int) -> None:
    names = [str(field.column) for field in model._meta.concrete_fields if field.column]
    columns = [connection.ops.quote_name(name) for name in names]
    values = [
        changes.get(name, "{column}").format(column=f"made.{column}", at=_schema())
        for name, column in zip(names, columns, strict=True)
    ]
    table = model._meta.db_table
    rows = f"SELECT * FROM {table}" + (f" WHERE {wanted}" if wanted else "")
    _insert(table, columns, f"SELECT {', '.join(values)} FROM ({rows} ORDER BY 1) AS made", times)


def _insert(table: str, columns: list[str], chosen: str, times: int) -> None:
    before, after = (part.format(last=times - 1) for part in _TURNS[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(f"{before} INSERT INTO {table} ({', '.join(columns)}) {chosen} {after}")


def _copy_words(times: int) -> None:
    """Of the index of words Django knows the keys alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(emailindexid) FROM emailindex")
        last = cursor.fetchone()[0]
    key = KEY.format(column="made.activityid", at=_schema())
    made = "FROM (SELECT * FROM emailindex ORDER BY emailindexid) AS made"
    if connection.vendor == "postgresql":
        _insert("emailindex", ["activityid", "words"], f"SELECT {key}, made.words {made}", times)
        return
    _insert("emailindex", ["activityid"], f"SELECT {key} {made}", times)
    with connection.cursor() as cursor:
        cursor.execute(_TURNS["sqlite"][0].format(last=times - 1) + _WORDS, [last])


def _put_words_of_contacts() -> None:
    """Into the index that SQLite has beside the records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(rowid) FROM contactwords")
        cursor.execute(_WORDS_OF_CONTACTS, cursor.fetchone())


@contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """An index that is made when all rows are there takes a fraction of the time."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES[connection.vendor], [table])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, made in indexes:
            cursor.execute(made)


def _schema() -> str:
    return "pg_temp." if connection.vendor == "postgresql" else ""


@contextmanager
def _functions(step: int) -> Iterator[None]:
    """What the copies' keys and moments are made by; a copy is so many milliseconds later."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        begin, end = _FUNCTIONS.format(step=step), _NO_MORE
    else:
        _define(step)
        begin, end = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        yield
        cursor.execute(end)


def _define(step: int) -> None:
    """The same functions for SQLite, whose keys and moments are texts."""

    def shifted(key: str | None, turn: int) -> str | None:
        return key and f"{int(key[:12], 16) + turn * step:012x}{key[12:]}"

    def later(moment: str | None, turn: int) -> str | None:
        if moment is None:
            return None
        return (datetime.fromisoformat(moment) + timedelta(milliseconds=turn * step)).isoformat(" ")

    def digest(octets: bytes, turn: int) -> bytes:
        return hashlib.sha256(octets + turn.to_bytes(4)).digest()

    for function in (shifted, later, digest):
        connection.connection.create_function(function.__name__, 2, function, deterministic=True)
