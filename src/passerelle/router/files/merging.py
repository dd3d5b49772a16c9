"""Merges a router's incoming and outgoing profiles into email server profiles.

One profile is proposed for each pair that really occurs among the recipients; providers that
differ only in their account are one side, the account becomes the mailbox's user name. Pairs that
cannot migrate, sides without recipients, and accounts of nobody are in the result too: nothing of
the files disappears. Pure: whom the CRM knows comes in as a `Directory`.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from passerelle.router.files.format import Directory, Question, RouterFormat, Who
from passerelle.router.files.mapping import (
    connection_of,
    fields_of,
    notices_of,
    outcome_of,
    retrieval_of,
)
from passerelle.router.files.merged import (
    Conflict,
    MergedProfile,
    MergedRecipient,
    Outcome,
    ProfileNotice,
    Retrieval,
    Side,
    Source,
    Unassigned,
)
from passerelle.router.files.values import Connection, Direction, Provider, RouterSet, State

NAME_LENGTH = 100  # emailserverprofile.name


@dataclass(frozen=True, slots=True)
class Merge:
    """The whole proposal for one router."""

    profiles: tuple[MergedProfile, ...]
    questions: tuple[Question, ...]
    unassigned: tuple[Unassigned, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(slots=True)
class _Group:
    """The providers of one side."""

    side: Side
    providers: int = 0
    passwords: int = 0
    names: set[str] = field(default_factory=set)

    def add(self, provider: Provider) -> None:
        self.providers += 1
        self.passwords += provider.has_password
        if provider.name:
            self.names.add(provider.name)

    def source(self) -> Source:
        return Source(self.side, self.label(), self.providers, self.passwords)

    def label(self) -> str:
        """The router profile's name where the files tell one, else kind and host."""
        if len(self.names) == 1:
            return next(iter(self.names))
        kind = self.side.server_type.value if self.side.server_type else self.side.class_name
        return f"{kind} {self.side.server}".strip() or "?"


@dataclass(slots=True)
class _Served:
    """Who serves one recipient; index 0 is incoming, 1 is outgoing."""

    providers: list[Provider | None] = field(default_factory=lambda: [None, None])


_Pair = tuple[Side | None, Side | None]
_Members = list[tuple[Who, _Served]]
_INDEX = {Direction.INCOMING: 0, Direction.OUTGOING: 1}


def merge(
    files: RouterSet,
    format_: RouterFormat,
    directory: Directory | None = None,
    taken_names: Collection[str] = (),
) -> Merge:
    """Propose the profiles; `taken_names` are those of profiles that exist already."""
    directory = directory or Directory()
    sides = _sides(files.providers, format_)
    groups = _groups(files.providers, sides)
    served, unassigned, conflicts = _serve(files.providers, sides, format_, directory)
    pairs = _pairs(served, sides)
    paired = {side for pair in pairs for side in pair if side is not None}
    for side in groups:
        if side not in paired:
            pairs[(None, side) if side.direction is Direction.OUTGOING else (side, None)] = []
    states = {state.address.casefold(): state for state in files.states}
    known = _Known(groups, sides, states, directory)
    drafts = (_profile(pair, members, known) for pair, members in pairs.items())
    return Merge(
        profiles=tuple(_named(drafts, taken_names)),
        questions=format_.questions(files.providers),
        unassigned=unassigned,
        conflicts=conflicts,
    )


def _sides(providers: Iterable[Provider], format_: RouterFormat) -> dict[int, Side]:
    """The side of each connection, by the identity that reading gave to equal ones."""
    connections = {id(p.connection): p.connection for p in providers}
    equal: dict[Connection, Side] = {}
    sides: dict[Side, Side] = {}
    for connection in connections.values():
        if connection not in equal:
            side = format_.side(connection)
            equal[connection] = sides.setdefault(side, side)
    return {key: equal[connection] for key, connection in connections.items()}


def _groups(providers: Iterable[Provider], sides: Mapping[int, Side]) -> dict[Side, _Group]:
    by_identity: dict[int, _Group] = {}
    groups: dict[Side, _Group] = {}
    for provider in providers:
        key = id(provider.connection)
        group = by_identity.get(key)
        if group is None:
            side = sides[key]
            group = by_identity[key] = groups.setdefault(side, _Group(side))
        group.add(provider)
    return groups


def _serve(
    providers: Iterable[Provider],
    sides: Mapping[int, Side],
    format_: RouterFormat,
    directory: Directory,
) -> tuple[dict[Who, _Served], tuple[Unassigned, ...], tuple[Conflict, ...]]:
    """Give each recipient its providers; the first of a direction wins, the others are counted."""
    served: dict[Who, _Served] = {}
    unassigned: list[Unassigned] = []
    repeated: Counter[tuple[Who, Direction]] = Counter()
    for provider in providers:
        direction = sides[id(provider.connection)].direction
        if direction is None:
            continue  # asked first
        found = format_.recipients(provider, directory)
        if not found and provider.username:
            unassigned.append(Unassigned(direction, provider.username))
        for who in found:
            slots = served.setdefault(who, _Served()).providers
            if slots[_INDEX[direction]] is None:
                slots[_INDEX[direction]] = provider
            elif slots[_INDEX[direction]] is not provider:
                repeated[who, direction] += 1
    conflicts = (
        Conflict(who.kind, who.guid, direction, count + 1)
        for (who, direction), count in repeated.items()
    )
    return served, tuple(unassigned), tuple(conflicts)


def _pairs(served: Mapping[Who, _Served], sides: Mapping[int, Side]) -> dict[_Pair, _Members]:
    pairs: dict[_Pair, _Members] = {}
    by_identity: dict[tuple[int, int], _Members] = {}  # hashing a side 40,000 times is dear
    for who, entry in served.items():
        incoming, outgoing = entry.providers
        key = (
            id(incoming.connection) if incoming else 0,
            id(outgoing.connection) if outgoing else 0,
        )
        members = by_identity.get(key)
        if members is None:
            members = pairs.setdefault((sides.get(key[0]), sides.get(key[1])), [])
            by_identity[key] = members
        members.append((who, entry))
    return pairs


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up while profiles are made."""

    groups: Mapping[Side, _Group]
    sides: Mapping[int, Side]
    states: Mapping[str, State]
    directory: Directory


def _profile(pair: _Pair, members: _Members, known: _Known) -> MergedProfile:
    groups = [known.groups[side] for side in pair if side is not None]
    outcome, servertype = outcome_of(*pair)
    if any(side is not None and side.direction is None for side in pair):
        outcome, servertype = Outcome.ASKS, None
    accounts = [_usernames(members, index) for index in (0, 1)]
    connections = [
        connection_of(side, names, len(members)) if side and servertype is not None else None
        for side, names in zip(pair, accounts, strict=True)
    ]
    own = tuple(
        side is not None and retrieval_of(side, names, len(members)) is Retrieval.MAILBOX
        for side, names in zip(pair, accounts, strict=True)
    )
    if not members and servertype is not None:
        outcome = Outcome.NO_RECIPIENTS
    labels = list(dict.fromkeys(group.label() for group in groups))
    shown = [c for c in connections if c is not None]
    notices = {n for group in groups for n in notices_of(group.side, group.passwords)}
    if any(len(group.names) > 1 for group in groups):
        notices.add(ProfileNotice.SEVERAL_NAMES)
    return MergedProfile(
        key=hashlib.sha256(repr(pair).encode()).hexdigest()[:20],
        name=" + ".join(labels),
        outcome=outcome,
        servertype=servertype,
        sources=tuple(group.source() for group in groups),
        incoming=connections[0],
        outgoing=connections[1],
        recipients=tuple(_recipients(members, known, own)),
        fields=tuple(f for c, g in zip(shown, groups, strict=False) for f in fields_of(g.side, c)),
        notices=tuple(notice for notice in ProfileNotice if notice in notices),
    )


def _usernames(members: _Members, index: int) -> set[str]:
    return {p.username for _, entry in members if (p := entry.providers[index]) and p.username}


def _recipients(
    members: _Members, known: _Known, own: tuple[bool, ...]
) -> Iterator[MergedRecipient]:
    """The members of a pair; `own` says of which direction the account is the mailbox's own."""
    for who, entry in members:
        incoming, outgoing = (
            provider.username if provider and mine else ""
            for provider, mine in zip(entry.providers, own, strict=True)
        )
        address = known.directory.addresses.get(who.guid, "") or _address(entry, own)
        state = known.states.get(address.casefold())
        yield MergedRecipient(
            kind=who.kind,
            guid=who.guid,
            address=address,
            incoming_username=incoming,
            outgoing_username=outgoing,
            threshold=state.threshold if state else None,
            last_error=state.error if state else "",
            directions=tuple(d for d in Direction if entry.providers[_INDEX[d]] is not None),
        )


def _address(entry: _Served, own: tuple[bool, ...]) -> str:
    """The account, where it is an address and serves this recipient alone."""
    for provider, mine in zip(entry.providers, own, strict=True):
        if provider is None or not mine or "@" not in provider.username:
            continue
        if len(provider.users) + len(provider.queues) <= 1:
            return provider.username
    return ""


def _named(drafts: Iterable[MergedProfile], taken: Collection[str]) -> Iterator[MergedProfile]:
    """The same profiles with names of at most 100 characters, none twice, capitals ignored."""
    used = {name.casefold() for name in taken}
    for draft in drafts:
        name = free_name(draft.name, used)
        used.add(name.casefold())
        yield replace(draft, name=name)


def free_name(wanted: str, used: Collection[str]) -> str:
    """The name, or the name with a number; `used` are names in folded case."""
    name = wanted[:NAME_LENGTH]
    number = 1
    while name.casefold() in used:
        number += 1
        suffix = f" ({number})"
        name = wanted[: NAME_LENGTH - len(suffix)] + suffix
    return name
