"""What was read of the routers' files as bytes and back, so that an answer needs no second upload.

Compressed JSON of `RouterSet` without what the pages keep elsewhere. No password is in a
`RouterSet`, so none is here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard

from passerelle.router.files.values import Connection, Provider, RouterSet, State

UNPACKED_BYTES = 256 * 1024 * 1024  # far above what 32 MB of files can become


def pack(sets: Sequence[RouterSet]) -> bytes:
    """Providers and states of each router; findings are kept apart."""
    document = {"routers": [_document(files) for files in sets]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=1).compress(text.encode())


def unpack(content: bytes) -> tuple[RouterSet, ...]:
    """The sets again; equal connections of one are one object, as reading made them."""
    text = zstandard.ZstdDecompressor().decompress(content, max_output_size=UNPACKED_BYTES)
    document = json.loads(text)
    # Until 0.1 a draft held one router, without a level around it.
    return tuple(_set(one) for one in document.get("routers", [document]))


def _document(files: RouterSet) -> dict[str, Any]:
    numbers: dict[int, int] = {}
    connections: list[list[str]] = []
    providers: list[list[Any]] = []
    for provider in files.providers:
        number = numbers.get(id(provider.connection))
        if number is None:
            number = numbers[id(provider.connection)] = len(connections)
            connections.append(list(astuple(provider.connection)))
        providers.append([number, *_packed(provider)])
    states = [
        [state.address, state.threshold.isoformat() if state.threshold else None, state.error]
        for state in files.states
    ]
    return {
        "tag": files.tag,
        "connections": connections,
        "providers": providers,
        "states": states,
    }


def _set(document: dict[str, Any]) -> RouterSet:
    connections = [Connection(*row) for row in document["connections"]]
    return RouterSet(
        providers=tuple(_providers(document["providers"], connections)),
        states=tuple(
            State(address, datetime.fromisoformat(moment) if moment else None, error)
            for address, moment, error in document["states"]
        ),
        tag=document.get("tag", ""),
    )


def _packed(provider: Provider) -> tuple[Any, ...]:
    return (
        provider.name,
        provider.username,
        provider.target,
        int(provider.has_password),
        [guid.hex for guid in provider.users],
        [guid.hex for guid in provider.queues],
    )


def _providers(rows: list[list[Any]], connections: list[Connection]) -> Iterator[Provider]:
    for number, name, username, target, has_password, users, queues in rows:
        yield Provider(
            connection=connections[number],
            name=name,
            username=username,
            target=target,
            has_password=bool(has_password),
            users=tuple(map(UUID, users)),
            queues=tuple(map(UUID, queues)),
        )
