"""Finds who serves whom in the files of several routers, and asks where they contradict.

Sets are taken in the order of their tags, so that the order in which a person gave them changes
nothing. A recipient whom several different sides of one direction claim is nobody's until a person
has chosen; those whom the same sides claim are asked for together, once.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from passerelle.router.files.format import (
    LEAVE,
    Directory,
    Question,
    QuestionKind,
    RouterFormat,
    Who,
)
from passerelle.router.files.merged import Conflict, Side, Source, Unassigned
from passerelle.router.files.values import Connection, Direction, Provider, RouterSet, State

KEY_CHARS = 20
INDEX = {Direction.INCOMING: 0, Direction.OUTGOING: 1}


@dataclass(slots=True)
class Group:
    """The providers of one side."""

    side: Side
    providers: int = 0
    passwords: int = 0
    names: set[str] = field(default_factory=set)
    routers: set[str] = field(default_factory=set)

    def add(self, provider: Provider) -> None:
        self.providers += 1
        self.passwords += provider.has_password
        if provider.name:
            self.names.add(provider.name)

    def source(self) -> Source:
        return Source(
            self.side, self.label(), self.providers, self.passwords, tuple(sorted(self.routers))
        )

    def label(self) -> str:
        """The router profile's name where the files tell one, else kind and host."""
        if len(self.names) == 1:
            return next(iter(self.names))
        kind = self.side.server_type.value if self.side.server_type else self.side.class_name
        return f"{kind} {self.side.server}".strip() or "?"


@dataclass(slots=True)
class Served:
    """Who serves one recipient; index 0 is incoming, 1 is outgoing."""

    providers: list[Provider | None] = field(default_factory=lambda: [None, None])
    routers: list[str] = field(default_factory=lambda: ["", ""])
    others: list[tuple[int, str, Provider]] | None = None  # index, router, provider


@dataclass(frozen=True, slots=True)
class Everybody:
    """Everybody whom the files name; `asked` are those who wait for an answer."""

    served: Mapping[Who, Served]
    unassigned: tuple[Unassigned, ...]
    conflicts: tuple[Conflict, ...]
    questions: tuple[Question, ...]
    asked: tuple[Who, ...]


def in_order(sets: Iterable[RouterSet]) -> tuple[RouterSet, ...]:
    """The sets as they are merged, whatever the order in which they were given."""
    return tuple(sorted(sets, key=lambda one: one.tag))


def sides_of(sets: Sequence[RouterSet], format_: RouterFormat) -> dict[int, Side]:
    """The side of each connection, by the identity that reading gave to equal ones."""
    connections = {id(p.connection): p.connection for one in sets for p in one.providers}
    equal: dict[Connection, Side] = {}
    sides: dict[Side, Side] = {}
    for connection in connections.values():
        if connection not in equal:
            side = format_.side(connection)
            equal[connection] = sides.setdefault(side, side)
    return {key: equal[connection] for key, connection in connections.items()}


def groups_of(sets: Sequence[RouterSet], sides: Mapping[int, Side]) -> dict[Side, Group]:
    """The providers of each side, counted."""
    groups: dict[Side, Group] = {}
    for one in sets:
        by_identity: dict[int, Group] = {}
        for provider in one.providers:
            key = id(provider.connection)
            group = by_identity.get(key)
            if group is None:
                side = sides[key]
                group = by_identity[key] = groups.setdefault(side, Group(side))
                group.routers.add(one.tag)
            group.add(provider)
    return groups


def latest_states(sets: Sequence[RouterSet]) -> dict[str, State]:
    """By folded address; of several routers the one that read last, as nothing before is unread."""
    found: dict[str, State] = {}
    for one in sets:
        for state in one.states:
            key = state.address.casefold()
            there = found.get(key)
            if there is None or _later(state, there):
                found[key] = state
    return found


def _later(state: State, there: State) -> bool:
    if state.threshold is None:
        return False
    return there.threshold is None or state.threshold > there.threshold


def serve(
    sets: Sequence[RouterSet],
    sides: Mapping[int, Side],
    groups: Mapping[Side, Group],
    format_: RouterFormat,
    directory: Directory,
) -> Everybody:
    """Give each recipient its providers, or ask."""
    served: dict[Who, Served] = {}
    unassigned: list[Unassigned] = []
    for one in sets:
        for provider in one.providers:
            direction = sides[id(provider.connection)].direction
            if direction is None:
                continue  # asked first
            found = format_.recipients(provider, directory)
            if not found and provider.username:
                unassigned.append(Unassigned(direction, provider.username))
            for who in found:
                _put(served.setdefault(who, Served()), INDEX[direction], one.tag, provider)
    return _Settling(sides, groups, format_).settled(served, tuple(unassigned))


def _put(entry: Served, index: int, router: str, provider: Provider) -> None:
    there = entry.providers[index]
    if there is None:
        entry.providers[index], entry.routers[index] = provider, router
    elif there is not provider:
        entry.others = entry.others or []
        entry.others.append((index, router, provider))


class _Settling:
    """Goes through those whom several providers of one direction serve."""

    def __init__(
        self, sides: Mapping[int, Side], groups: Mapping[Side, Group], format_: RouterFormat
    ) -> None:
        self._sides = sides
        self._groups = groups
        self._format = format_
        self._keys: dict[int, str] = {}
        self._questions: dict[str, Question] = {}
        self._counts: Counter[str] = Counter()
        self._conflicts: list[Conflict] = []

    def settled(self, served: dict[Who, Served], unassigned: tuple[Unassigned, ...]) -> Everybody:
        asked: list[Who] = []
        for who, entry in served.items():
            if entry.others:
                answered = [self._settle(who, entry, direction) for direction in Direction]
                if not all(answered):
                    asked.append(who)
        for who in asked:
            del served[who]
        return Everybody(
            served=served,
            unassigned=unassigned,
            conflicts=tuple(self._conflicts),
            questions=tuple(
                Question(q.kind, q.value, self._counts[value], q.shown, q.options)
                for value, q in self._questions.items()
            ),
            asked=tuple(asked),
        )

    def _settle(self, who: Who, entry: Served, direction: Direction) -> bool:
        """Choose the provider of one direction; False while a person has to."""
        index = INDEX[direction]
        first = entry.providers[index]
        others = [(router, p) for at, router, p in entry.others or () if at == index]
        if first is None or not others:
            return True
        options: dict[str, Provider] = {}
        accounts: set[tuple[str, str]] = set()
        for router, provider in [(entry.routers[index], first), *others]:
            side, account = self._key(provider), provider.username.casefold()
            if (side, account) in accounts:
                continue  # another router with the same settings
            accounts.add((side, account))
            options.setdefault(f"{side}@{router}", provider)
        if len(options) == 1:
            if len(accounts) > 1:
                self._conflicts.append(Conflict(who.kind, who.guid, direction, len(accounts)))
            return True
        answer = self._ask(direction, options)
        chosen = options.get(answer or "")
        if chosen is None:
            return False
        entry.providers[index] = chosen
        return True

    def _ask(self, direction: Direction, options: Mapping[str, Provider]) -> str | None:
        text = f"{direction.value}:{'|'.join(sorted(options))}"
        value = _digest(text)
        question = self._questions.get(value)
        if question is None:
            labels = {option: self._label(option, options[option]) for option in sorted(options)}
            question = self._questions[value] = Question(
                QuestionKind.SERVES,
                value,
                shown=direction.value,
                options=(*labels.items(), (LEAVE, LEAVE)),
            )
        self._counts[value] += 1
        return self._format.decision(question)

    def _label(self, option: str, provider: Provider) -> str:
        """The side's label and, behind the last @, the router's tag, which a page replaces."""
        group = self._groups[self._sides[id(provider.connection)]]
        return f"{group.label()}@{option.rpartition('@')[2]}"

    def _key(self, provider: Provider) -> str:
        key = id(provider.connection)
        found = self._keys.get(key)
        if found is None:
            found = self._keys[key] = _digest(repr(self._sides[key]))
        return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARS]
