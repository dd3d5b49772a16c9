"""Writes well-formed sets of the router's three files, for the demonstration, tests and bench.

It goes through the same name table as the reading, so that both change together. The levels are
the confirmed ones where there are any; a made-up set claims nothing about Microsoft's. It writes
no secret: where a provider had a password, a fixed word stands.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from xml.sax.saxutils import escape

from passerelle.router.files.names import CONNECTION_FIELDS, Names
from passerelle.router.files.values import Box, Connection, Provider, State

_NO_CIPHER = "bm8gY2lwaGVyIHRleHQ="  # says so, in base64

_NEVER = "0001-01-01T00:00:00"


@dataclass(frozen=True, slots=True)
class RouterDescription:
    """What the files are to say."""

    providers: tuple[Provider, ...]
    states: tuple[State, ...] = ()
    encoding: str = "utf-8"  # any name that XML declarations and Python share


def write_set(description: RouterDescription, names: Names) -> dict[Box, bytes]:
    """The three files. The key file is a made-up one without any key."""
    bodies = {
        Box.AGENT: _agent(description.providers, names),
        Box.STATE: _states(description.states, names),
        Box.KEY: iter([f"<{names.key.written('root')} />\n"]),
    }
    head = f'<?xml version="1.0" encoding="{description.encoding}"?>\n'
    return {
        box: (head + "".join(lines)).encode(description.encoding, "xmlcharrefreplace")
        for box, lines in bodies.items()
    }


def _agent(providers: tuple[Provider, ...], names: Names) -> Iterator[str]:
    root, provider_name = names.agent.written("root"), names.agent.written("provider")
    written = {row: names.agent.written(row) for row in names.agent.rows}
    attributes = tuple(field.name for field in fields(Connection))
    rows = tuple(zip((written[row] for row in CONNECTION_FIELDS), attributes, strict=True))
    shared: dict[Connection, str] = {}
    yield f"<{root}>\n"
    for provider in providers:
        connection = provider.connection
        if connection not in shared:
            texts = ((name, getattr(connection, attribute)) for name, attribute in rows)
            shared[connection] = "".join(_element(name, text) for name, text in texts if text)
        yield f"  <{provider_name}>\n"
        yield shared[connection]
        yield from _own(provider, written)
        yield f"  </{provider_name}>\n"
    yield f"</{root}>\n"


def _own(provider: Provider, written: dict[str, str]) -> Iterator[str]:
    """What is not shared: account, password mark, and whom it serves, in the confirmed order."""
    for row in ("name", "username", "target"):
        if text := getattr(provider, row):
            yield _element(written[row], text)
    if provider.has_password:
        yield _element(written["password"], _NO_CIPHER)
    for guid in provider.users:
        yield _element(written["user"], str(guid))
    for guid in provider.queues:
        yield _element(written["queue"], str(guid))


def _states(states: tuple[State, ...], names: Names) -> Iterator[str]:
    table = names.state
    root, address = table.written("root"), table.written("address")
    threshold, error = table.written("threshold"), table.written("error")
    yield f"<{root}>\n"
    for state in states:
        token = _token(state.address)
        yield f"  <{token}>\n{_element(address, state.address)}{_element(error, state.error)}"
        yield f"{_element(threshold, _written_threshold(state.threshold))}  </{token}>\n"
    yield f"</{root}>\n"


def _written_threshold(moment: datetime | None) -> str:
    return _NEVER if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def _token(address: str) -> str:
    """28 letters and digits that begin with h: the shape of the posted samples, nothing more."""
    digest = hashlib.sha256(address.encode()).hexdigest()
    return "h" + digest[:27]


def _element(name: str, text: str) -> str:
    return f"    <{name}>{escape(text)}</{name}>\n"
