"""The name table: which element names, class names and values the router's files may use.

The table is data (`names.toml`), because most names are documented nowhere: an administrator may
give another one. This module reads and checks it and knows which rows exist; it knows no XML name.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from passerelle.faults.router import (
    NamesRowMissing,
    NamesRowUnknown,
    NamesRowWrong,
    NamesSecretExposed,
    NamesSpellingTwice,
    NamesUnreadable,
)
from passerelle.router.files.values import AuthMode, Connection, Credential, Direction, ServerType

TABLE_BYTES = 1_000_000
SPELLING_LENGTH = 200  # characters
_SECRET = re.compile(r"pass(word|phrase)|pwd|secret", re.IGNORECASE)

CONNECTION_FIELDS = tuple("class" if f.name == "class_name" else f.name for f in fields(Connection))
_PROVIDER_ROWS = {"provider", "name", "username", "password", "user", "queue", "target"}
AGENT_ROWS = frozenset(CONNECTION_FIELDS) | _PROVIDER_ROWS | {"root", "ignored"}
STATE_ROWS = frozenset({"root", "address", "threshold", "error"})
VALUE_ROWS: Mapping[str, frozenset[str]] = {
    "direction": frozenset(member.value for member in Direction),
    "auth": frozenset(member.value for member in AuthMode),
    "credential": frozenset(member.value for member in Credential),
    "flag": frozenset({"yes", "no"}),
}
_TABLES: Mapping[str, frozenset[str]] = {
    "agent": AGENT_ROWS,
    "state": STATE_ROWS,
    "key": frozenset({"root"}),
    "classes": frozenset(member.value for member in ServerType),
    **{f"values.{name}": rows for name, rows in VALUE_ROWS.items()},
}
_WRITTEN = (
    {f"agent.{row}" for row in AGENT_ROWS - {"ignored"}}
    | {f"state.{row}" for row in STATE_ROWS}
    | {"key.root"}
)  # rows that need a name at all, or nothing could be read or written


@dataclass(frozen=True, slots=True)
class Spellings:
    """The names of one row, in the table's order: the confirmed ones first."""

    confirmed: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield from self.confirmed
        yield from self.unconfirmed


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind, and which row a spelling belongs to."""

    rows: Mapping[str, Spellings]
    by_spelling: Mapping[str, str]

    def row_of(self, spelling: str) -> str | None:
        """The row of a name, capitals making no difference; None when no row has it."""
        return self.by_spelling.get(spelling.casefold())

    def written(self, row: str) -> str:
        """The name that a writer uses for a row; "" when none is known."""
        return next(iter(self.rows[row]), "")

    def is_confirmed(self, spelling: str) -> bool:
        """Whether that name was seen in a vendor's document or a posted sample."""
        folded = spelling.casefold()
        row = self.rows.get(self.by_spelling.get(folded, ""), Spellings())
        return any(name.casefold() == folded for name in row.confirmed)


@dataclass(frozen=True, slots=True)
class Names:
    """The whole table, checked."""

    agent: Table
    state: Table
    key: Table
    classes: Table
    values: Mapping[str, Table]


def load_names(path: Path | None) -> Names:
    """The table of that file, or the shipped one. Raises a `RouterFault` with what is wrong."""
    return _shipped() if path is None else parse_names(read_table(path))


def parse_names(data: bytes) -> Names:
    """Read and check a table written as TOML in UTF-8."""
    if len(data) > TABLE_BYTES:
        raise NamesUnreadable(reason=f"more than {TABLE_BYTES} bytes")
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise NamesUnreadable(reason=str(error)) from error
    _check_tables(document)
    tables = {name: _table(document, name) for name in _TABLES}
    return Names(
        agent=tables["agent"],
        state=tables["state"],
        key=tables["key"],
        classes=tables["classes"],
        values={name: tables[f"values.{name}"] for name in VALUE_ROWS},
    )


def shipped_table() -> bytes:
    """The table that Passerelle ships, to start another one from."""
    return files("passerelle.router.files").joinpath("names.toml").read_bytes()


def read_table(path: Path) -> bytes:
    """The bytes of a table, and one more than it may have when it is too long."""
    try:
        with path.open("rb") as stream:
            return stream.read(TABLE_BYTES + 1)
    except OSError as error:
        raise NamesUnreadable(reason=error.strerror or type(error).__name__) from error


@cache
def _shipped() -> Names:
    return parse_names(shipped_table())


def _check_tables(document: Mapping[str, Any]) -> None:
    top = {name.partition(".")[0] for name in _TABLES}
    for name in document:
        if name not in top:
            raise NamesRowUnknown(row=name)
    values = document.get("values", {})
    if not isinstance(values, dict):
        raise NamesRowWrong(row="values")
    for name in values:
        if name not in VALUE_ROWS:
            raise NamesRowUnknown(row=f"values.{name}")


def _table(document: Mapping[str, Any], name: str) -> Table:
    found: Any = document
    for part in name.split("."):
        found = found.get(part)
        if found is None:
            raise NamesRowMissing(row=name)
        if not isinstance(found, dict):
            raise NamesRowWrong(row=name)
    for row in found:
        if row not in _TABLES[name]:
            raise NamesRowUnknown(row=f"{name}.{row}")
    rows = {row: _spellings(found, name, row) for row in sorted(_TABLES[name])}
    return Table(rows, _by_spelling(name, rows))


def _spellings(table: Mapping[str, Any], name: str, row: str) -> Spellings:
    full = f"{name}.{row}"
    if row not in table:
        raise NamesRowMissing(row=full)
    value = table[row]
    if not isinstance(value, dict) or not value.keys() <= {"confirmed", "unconfirmed"}:
        raise NamesRowWrong(row=full)
    lists = {mark: _texts(value.get(mark, []), full) for mark in ("confirmed", "unconfirmed")}
    if full in _WRITTEN and not any(lists.values()):
        raise NamesRowMissing(row=full)
    return Spellings(lists["confirmed"], lists["unconfirmed"])


def _texts(value: object, row: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise NamesRowWrong(row=row)
    if not all(isinstance(text, str) and 0 < len(text) <= SPELLING_LENGTH for text in value):
        raise NamesRowWrong(row=row)
    return tuple(value)


def _by_spelling(table: str, rows: Mapping[str, Spellings]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row, spellings in rows.items():
        for spelling in spellings:
            if _SECRET.search(spelling) and row != "password" and table in {"agent", "state"}:
                raise NamesSecretExposed(spelling=spelling, row=f"{table}.{row}")
            first = found.setdefault(spelling.casefold(), row)
            if first != row:
                raise NamesSpellingTwice(
                    spelling=spelling, first=f"{table}.{first}", second=f"{table}.{row}"
                )
    return found
