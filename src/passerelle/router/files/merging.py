"""Merges the incoming and outgoing profiles of routers into email server profiles.

One profile is proposed for each pair that really occurs among the recipients; providers that
differ only in their account are one side, the account becomes the mailbox's user name. Equal
sides of several routers are one. Pairs that cannot migrate, sides without recipients, and accounts
of nobody are in the result too: nothing of the files disappears. Pure: whom the CRM knows comes in
as a `Directory`; the order of the routers changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from passerelle.router.files.format import (
    LEAVE,
    Directory,
    Question,
    QuestionKind,
    RouterFormat,
    Who,
)
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
    Unassigned,
)
from passerelle.router.files.serving import (
    INDEX,
    Group,
    Served,
    groups_of,
    in_order,
    latest_states,
    serve,
    sides_of,
)
from passerelle.router.files.values import Direction, RouterSet, State

NAME_LENGTH = 100  # emailserverprofile.name


@dataclass(frozen=True, slots=True)
class Merge:
    """The whole proposal for the routers."""

    profiles: tuple[MergedProfile, ...]
    questions: tuple[Question, ...]
    unassigned: tuple[Unassigned, ...]
    conflicts: tuple[Conflict, ...]
    asked: tuple[Who, ...] = ()  # recipients who wait for an answer, in no profile till then


_Pair = tuple[Side | None, Side | None]
_Members = list[tuple[Who, Served]]


def merge(
    sets: Sequence[RouterSet],
    format_: RouterFormat,
    directory: Directory | None = None,
    taken_names: Collection[str] = (),
) -> Merge:
    """Propose the profiles; `taken_names` are those of profiles that exist already."""
    directory = directory or Directory()
    sets = in_order(sets)
    sides = sides_of(sets, format_)
    groups = groups_of(sets, sides)
    everybody = serve(sets, sides, groups, format_, directory)
    pairs, questions = _settled(_pairs(everybody.served, sides), groups, format_)
    paired = Counter(side for pair in pairs for side in pair if side is not None)
    for side in groups:
        if side not in paired:
            pairs[(None, side) if side.direction is Direction.OUTGOING else (side, None)] = []
    known = _Known(groups, sides, latest_states(sets), directory, paired, _names_twice(groups))
    drafts = (_profile(pair, members, known) for pair, members in pairs.items())
    values = format_.questions(provider for one in sets for provider in one.providers)
    return Merge(
        profiles=tuple(_named(drafts, taken_names)),
        questions=(*values, *everybody.questions, *questions),
        unassigned=everybody.unassigned,
        conflicts=everybody.conflicts,
        asked=everybody.asked,
    )


def _pairs(served: Mapping[Who, Served], sides: Mapping[int, Side]) -> dict[_Pair, _Members]:
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


def _settled(
    pairs: dict[_Pair, _Members], groups: Mapping[Side, Group], format_: RouterFormat
) -> tuple[dict[_Pair, _Members], list[Question]]:
    """Ask for the pairs in no row of the merge table; with an answer one side goes alone."""
    questions: list[Question] = []
    settled: dict[_Pair, _Members] = {}
    for pair, members in pairs.items():
        becomes = pair
        alone = _alone(pair)
        if members and alone:
            question = _pair_question(pair, len(members), alone, groups)
            questions.append(question)
            answer = format_.decision(question)
            if answer and answer != LEAVE:
                kept = INDEX[Direction(answer)]
                for _, entry in members:
                    entry.providers[1 - kept] = None
                becomes = (pair[0], None) if kept == 0 else (None, pair[1])
        settled.setdefault(becomes, []).extend(members)
    return settled, questions


def _alone(pair: _Pair) -> tuple[Direction, ...]:
    """The sides of a pair in no row that could be migrated without the other."""
    incoming, outgoing = pair
    if incoming is None or outgoing is None or None in {incoming.direction, outgoing.direction}:
        return ()
    if outcome_of(incoming, outgoing)[0] not in {Outcome.CUSTOM, Outcome.NO_ROW}:
        return ()
    parts: tuple[tuple[Direction, _Pair], ...] = (
        (Direction.INCOMING, (incoming, None)),
        (Direction.OUTGOING, (None, outgoing)),
    )
    return tuple(way for way, part in parts if outcome_of(*part)[0] is Outcome.ONE_SIDED)


def _pair_question(
    pair: _Pair, count: int, alone: tuple[Direction, ...], groups: Mapping[Side, Group]
) -> Question:
    shown = " + ".join(groups[side].label() for side in pair if side is not None)
    options = tuple((way.value, way.value) for way in alone)
    return Question(QuestionKind.PAIR, _key_of(pair), count, shown, (*options, (LEAVE, LEAVE)))


def _key_of(pair: _Pair) -> str:
    return hashlib.sha256(repr(pair).encode()).hexdigest()[:20]


def _names_twice(groups: Mapping[Side, Group]) -> frozenset[str]:
    """The names of router profiles that other routers give to other settings."""
    uses = Counter(
        (name.casefold(), side.direction) for side, g in groups.items() for name in g.names
    )
    return frozenset(name for (name, _), count in uses.items() if count > 1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up while profiles are made."""

    groups: Mapping[Side, Group]
    sides: Mapping[int, Side]
    states: Mapping[str, State]
    directory: Directory
    paired: Mapping[Side, int]
    names_twice: frozenset[str]


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
    notices = {notice for group in groups for notice in _notices(group, known)}
    return MergedProfile(
        key=_key_of(pair),
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


def _notices(group: Group, known: _Known) -> Iterator[ProfileNotice]:
    yield from notices_of(group.side, group.passwords)
    if len(group.names) > 1:
        yield ProfileNotice.SEVERAL_NAMES
    if len(group.routers) > 1:
        yield ProfileNotice.SEVERAL_ROUTERS
    if known.paired.get(group.side, 0) > 1:
        yield ProfileNotice.SEVERAL_PAIRS
    if not known.names_twice.isdisjoint(name.casefold() for name in group.names):
        yield ProfileNotice.NAME_TWICE


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
            directions=tuple(d for d in Direction if entry.providers[INDEX[d]] is not None),
        )


def _address(entry: Served, own: tuple[bool, ...]) -> str:
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
