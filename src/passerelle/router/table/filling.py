"""Writes the table of profiles and recipients, half filled with what the files still said.

What was understood stands in the table's own words, what was not in the file's; empty cells are
for a person to fill in. Without anything, two rows show how it is meant.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from passerelle.router.files.format import Directory, RouterFormat, Who, short_class
from passerelle.router.files.merged import RecipientKind
from passerelle.router.files.serving import latest_states
from passerelle.router.files.values import Connection, Provider, RouterSet, State
from passerelle.router.spreadsheet import delimiter
from passerelle.router.table.columns import (
    ACCOUNT,
    AUTODISCOVER,
    EXAMPLE,
    HEADINGS,
    PROFILE,
    QUEUE,
    USER,
)
from passerelle.tables import MARK, line_of

Cells = Mapping[str, str]
_Key = tuple[str, str, str]  # kind, identifier or folded account, user name


@dataclass(slots=True)
class _Filling:
    """Names of connections, and who was served by which of them."""

    format: RouterFormat
    names: dict[Connection, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    served: dict[_Key, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    accounts: dict[str, str] = field(default_factory=dict)  # as the file writes them
    shared: set[_Key] = field(default_factory=set)  # by an account that several have


def table_lines(
    sets: Sequence[RouterSet], format_: RouterFormat, directory: Directory
) -> Iterator[str]:
    """The table line by line, headings first."""
    between = delimiter()
    yield MARK + line_of(HEADINGS, between)
    for cells in _rows(sets, format_, directory):
        yield line_of([cells.get(name, "") for name in HEADINGS], between)


def _rows(
    sets: Sequence[RouterSet], format_: RouterFormat, directory: Directory
) -> Iterator[Cells]:
    filling = _Filling(format_)
    for provider in (provider for one in sets for provider in one.providers):
        _add(filling, provider)
    states = latest_states(sets)
    if not filling.names and not states:
        yield from EXAMPLE
    for connection, name in filling.names.items():
        yield _profile(connection, name, format_)
    for key, profiles in filling.served.items():
        username = filling.accounts.get(key[2], "")
        address = _known(directory, key) or ("" if key in filling.shared else _own(username))
        state = states.pop(address.casefold(), None) or State(address)
        yield from _served(key, state, username, [*profiles])
    for folded, state in states.items():
        yield from _remembered(state, directory.by_address.get(folded))


def _add(filling: _Filling, provider: Provider) -> None:
    name = filling.names.get(provider.connection)
    if name is None:
        name = filling.names[provider.connection] = _name(filling, provider)
    account = provider.username.casefold()
    filling.accounts.setdefault(account, provider.username)
    for kind, guids in ((USER, provider.users), (QUEUE, provider.queues)):
        for guid in guids:
            key = (kind, str(guid), account)
            filling.served[key][name] = None
            if len(provider.users) + len(provider.queues) > 1:
                filling.shared.add(key)
    if account and not (provider.users or provider.queues):
        filling.served[ACCOUNT, "", account][name] = None


def _name(filling: _Filling, provider: Provider) -> str:
    """The profile's own name, else its kind and server; numbered where it is taken."""
    connection = provider.connection
    kind = _server_type(connection, filling.format)
    wanted = provider.name or f"{kind} {connection.server}".strip() or PROFILE
    name, number = wanted, 1
    while name.casefold() in filling.taken:
        number += 1
        name = f"{wanted} {number}"
    filling.taken.add(name.casefold())
    return name


def _server_type(connection: Connection, format_: RouterFormat) -> str:
    known = format_.server_type(connection.class_name)
    return known.value if known else short_class(connection.class_name)


def _profile(connection: Connection, name: str, format_: RouterFormat) -> Cells:
    direction = format_.direction(connection)
    auth = format_.auth_mode(connection.auth)
    credential = format_.credential(connection.credential)
    flag, found = format_.flag(connection.ssl), format_.flag(connection.autodiscover)
    return {
        "kind": PROFILE,
        "name": name,
        "direction": direction.value if direction else connection.direction,
        "server_type": _server_type(connection, format_),
        "server": AUTODISCOVER if found else connection.server,
        "port": connection.port,
        "encryption": connection.ssl if flag is None else ("no", "yes")[flag],
        "sign_in": auth.value if auth else connection.auth,
        "credentials": credential.value if credential else connection.credential,
    }


def _known(directory: Directory, key: _Key) -> str:
    """The address that the records have."""
    kind, source, _account = key
    return "" if kind == ACCOUNT else directory.addresses.get(UUID(source), "")


def _own(username: str) -> str:
    """An account that is an address and serves nobody else."""
    return username if "@" in username else ""


def _served(key: _Key, state: State, username: str, profiles: Sequence[str]) -> Iterator[Cells]:
    """Two profiles a row; a user and a queue may have more."""
    for start in range(0, len(profiles), 2):
        first, second = [*profiles[start : start + 2], ""][:2]
        yield {
            "kind": key[0],
            "identifier": key[1],
            "address": state.address,
            "profile": first,
            "other_profile": second,
            "username": username,
            "read_until": _moment(state),
        }


def _remembered(state: State, who: Who | None) -> Iterator[Cells]:
    """An address by which no profile is known."""
    known = who is not None and who.kind is not RecipientKind.FORWARD
    yield {
        "kind": who.kind.value if who is not None and known else ACCOUNT,
        "identifier": str(who.guid) if who is not None and known else "",
        "address": state.address,
        "read_until": _moment(state),
    }


def _moment(state: State) -> str:
    return state.threshold.isoformat(timespec="seconds") if state.threshold else ""
