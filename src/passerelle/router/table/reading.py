"""Reads a table of profiles and recipients into the set that a router's files would have become.

The table is taken whole or not at all: each row that cannot be is told of by its number. Texts stay
as they are in the table, so that a word which nobody knows is asked about like one of the files.
Columns that are not named, so one with passwords too, are passed over and never kept.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.faults.router import RecipientColumnsMissing, TableWithoutProfiles
from passerelle.router.files.format import Directory, Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.reading import TAG_CHARS
from passerelle.router.files.targets import RECIPIENTS, VALUE_LENGTH
from passerelle.router.files.values import (
    Connection,
    Direction,
    Provider,
    RouterSet,
    ServerType,
    State,
)
from passerelle.router.table.columns import (
    ACCOUNT,
    AUTODISCOVER,
    HEADINGS,
    KINDS,
    NAMING,
    NEEDED,
    PROFILE,
)
from passerelle.tables import (
    DAMAGES,
    REASONS,
    Torn,
    UnreadableError,
    fold,
    match_headings,
    open_filled_in,
    read_guid,
)

LISTED = 200
SHOWN_CHARS = 100
PIECE_BYTES = 65_536
_FIRST_YEAR = 1970  # there is no router's state from before
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
_ONE_WAY = {ServerType.POP3.value: Direction.INCOMING, ServerType.SMTP.value: Direction.OUTGOING}

KIND = noop("“{value}” is no kind of row: profile, user, queue or account.")
NAME = noop("The profile has no name.")
NAME_AGAIN = noop("Another row has a profile of the name “{value}”.")
NO_SERVER_TYPE = noop("The profile says no kind of server, such as pop3, smtp or exchange-2010.")
NO_DIRECTION = noop("The profile says neither incoming nor outgoing.")
NOBODY = noop("The row names nobody: it has no identifier, address or user name.")
NO_PROFILE = noop("No row has a profile of the name “{value}”.")
DATE = noop("“{value}” is not a moment as in 2026-03-01 08:30.")
NO_TEXT = noop("A cell is longer than 2,084 characters, or holds what is no text.")
TOO_MANY = noop("A table names 100,000 users, queues and accounts at most. Divide it.")


@dataclass(frozen=True, slots=True)
class RefusedTable:
    """Why a table cannot be taken: rows by number, at most 200, and how many there are."""

    refused: tuple[tuple[int, str], ...]
    refused_count: int


class _RowError(Exception):
    """A row that cannot be; it stays inside this module."""

    def __init__(self, text: str, value: str = "") -> None:
        super().__init__(text)
        self.text, self.value = text, value[:SHOWN_CHARS]


@dataclass(frozen=True, slots=True)
class _Profile:
    """A profile of the router; `username` is the account of all who say none of their own."""

    name: str
    connection: Connection
    username: str


@dataclass(frozen=True, slots=True)
class _Served:
    """Somebody, and the profiles by name that served them."""

    number: int
    who: Who | None
    account: str
    username: str
    profiles: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """What the rows said so far; equal connections are one object, as merging wants it."""

    directory: Directory
    zone: tzinfo
    profiles: dict[str, _Profile] = field(default_factory=dict)
    connections: dict[Connection, Connection] = field(default_factory=dict)
    served: list[_Served] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_table(stream: BinaryIO, directory: Directory, zone: tzinfo) -> RouterSet | RefusedTable:
    """The set of the table. The stream must be seekable; `zone` is that of moments without one.

    Raises `RecipientColumnsMissing`, `TableWithoutProfiles` and the faults of tables.
    """
    tag = _digest(stream)
    reading = _Reading(directory, zone)
    for number, cells in _rows(stream, reading):
        if len(reading.served) == RECIPIENTS:
            return RefusedTable(((number, gettext(TOO_MANY)),), 1)
        try:
            _take(reading, number, cells)
        except (_RowError, UnreadableError) as error:
            reading.refused.append((number, _told(error)))
    providers = tuple(_providers(reading))
    if reading.refused:
        refused = sorted(reading.refused)
        return RefusedTable(tuple(refused[:LISTED]), len(refused))
    if not reading.profiles:
        raise TableWithoutProfiles
    return RouterSet(providers, tuple(reading.states.values()), tag)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(PIECE_BYTES):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()[:TAG_CHARS]


def _rows(stream: BinaryIO, reading: _Reading) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows that are some, by number; a torn one is refused here."""
    table = open_filled_in(stream)
    matches = match_headings(table.headings, HEADINGS)
    columns = {one.field: one.column for one in matches if one.field}
    if not columns.keys() >= NEEDED or columns.keys().isdisjoint(NAMING):
        raise RecipientColumnsMissing
    for row in table.rows:
        if isinstance(row, Torn):
            reading.refused.append((row.number, gettext(DAMAGES[row.damage])))
        else:
            cells = {name: row.cells[column].strip() for name, column in columns.items()}
            yield row.number, {name: cells.get(name, "") for name in HEADINGS}


def _told(error: _RowError | UnreadableError) -> str:
    text = REASONS[error.reason] if isinstance(error, UnreadableError) else error.text
    return gettext(text).replace("{value}", error.value)


def _take(reading: _Reading, number: int, cells: Mapping[str, str]) -> None:
    if any(len(cell) > VALUE_LENGTH or _NO_TEXT.search(cell) for cell in cells.values()):
        raise _RowError(NO_TEXT)
    kind = KINDS.get(fold(cells["kind"]))
    if kind is None:
        raise _RowError(KIND, cells["kind"])
    if kind == PROFILE:
        _take_profile(reading, cells)
    else:
        _take_served(reading, number, kind, cells)


def _take_profile(reading: _Reading, cells: Mapping[str, str]) -> None:
    name, server_type = cells["name"], cells["server_type"]
    if not name:
        raise _RowError(NAME)
    if name.casefold() in reading.profiles:
        raise _RowError(NAME_AGAIN, name)
    if not server_type:
        raise _RowError(NO_SERVER_TYPE)
    direction = cells["direction"] or _ONE_WAY.get(server_type.casefold(), "")
    if not direction:  # with a word for several servers, one question would ask for all of them
        raise _RowError(NO_DIRECTION)
    found = cells["server"].casefold() == AUTODISCOVER
    connection = Connection(
        direction=direction,
        class_name=server_type,
        server="" if found else cells["server"],
        autodiscover="yes" if found else "",
        port=cells["port"],
        ssl=cells["encryption"],
        auth=cells["sign_in"],
        credential=cells["credentials"],
    )
    connection = reading.connections.setdefault(connection, connection)
    reading.profiles[name.casefold()] = _Profile(name, connection, cells["username"])


def _take_served(reading: _Reading, number: int, kind: str, cells: Mapping[str, str]) -> None:
    address, username = cells["address"], cells["username"]
    who = _who(reading.directory, kind, cells["identifier"], address)
    if who is None and not (address or username):
        raise _RowError(NOBODY)
    profiles = tuple(name for name in (cells["profile"], cells["other_profile"]) if name)
    read_until = _moment(cells["read_until"], reading.zone)
    reading.served.append(_Served(number, who, username or address, username, profiles))
    own = reading.directory.addresses.get(who.guid, "") if who else ""
    if read_until and (own or address or username):
        state = State(own or address or username, read_until)
        reading.states[state.address.casefold()] = state


def _who(directory: Directory, kind: str, identifier: str, address: str) -> Who | None:
    """The user or queue, by identifier, else whoever has the address; an account is nobody yet."""
    if kind == ACCOUNT:
        return None
    if identifier:
        return Who(RecipientKind(kind), read_guid(identifier))
    found = directory.by_address.get(address.casefold())
    return found if found is not None and found.kind is not RecipientKind.FORWARD else None


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        utc = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _RowError(DATE, text) from None
    if utc.year < _FIRST_YEAR:
        raise _RowError(DATE, text)
    return utc


def _providers(reading: _Reading) -> Iterator[Provider]:
    """One for each that a profile served, and one for each profile that served nobody."""
    unused = dict(reading.profiles)
    for one in reading.served:
        for name in one.profiles:
            profile = reading.profiles.get(name.casefold())
            if profile is None:
                reading.refused.append((one.number, _told(_RowError(NO_PROFILE, name))))
                continue
            unused.pop(name.casefold(), None)
            yield _provider(one, profile)
    for profile in unused.values():
        yield Provider(profile.connection, profile.name)


def _provider(one: _Served, profile: _Profile) -> Provider:
    if one.who is None:
        return Provider(profile.connection, profile.name, one.account)
    user = one.who.kind is RecipientKind.USER
    return Provider(
        profile.connection,
        profile.name,
        one.username or profile.username,
        users=(one.who.guid,) if user else (),
        queues=() if user else (one.who.guid,),
    )
